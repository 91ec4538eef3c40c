import { encodePacket, frameSize, packetHeaderSize, type KnownFrame } from '@stream/frames'
import { asBuffer } from '../buffers.js'
import { FrameType } from './frame-codes.js'
import { readContents, type ContentsReader } from './frame-contents.js'
import { fieldsOf, type Arguments, type FieldsOf, type FrameName, type Properties } from './frame-fields.js'

/** The part of a writer of `oer-utils` that frames need. */
export interface FrameWriter {
  writeOctetString(bytes: Buffer, length: number): void
}

/** The frame as the codec knows it. A symbol: programs list the properties of a frame. */
export const wireFrame = Symbol('wireFrame')
/** The row of the table that a class stands for. */
export const frameName = Symbol('frameName')

interface FrameClass<F> {
  readonly [frameName]: FrameName
  new (...values: never[]): F
}

const HEADER_SIZE = packetHeaderSize(0, 0n, 1)

/** What the frame classes of 2.x have in common: all but their names and types, which the table has. */
export abstract class BaseFrame {
  /** @internal */
  static readonly [frameName]: FrameName
  type: FrameType
  name: string

  constructor(...values: unknown[]) {
    const name = new.target[frameName]
    this.type = FrameType[name]
    this.name = name
    for (const [index, [field, kind]] of fieldsOf(name).entries()) {
      Reflect.set(this, field, kind.kept(values[index] as never))
    }
  }

  /** Reads what stands behind a frame's type and length. Throws `DecodeError`. */
  static fromContents<F extends BaseFrame>(this: FrameClass<F>, contents: ContentsReader): F {
    return instanceOf(this, readContents(this[frameName], contents))
  }

  /** @internal */
  [wireFrame](): KnownFrame {
    const { [frameName]: name } = this.constructor as typeof BaseFrame
    const values = fieldsOf(name).map(([field, kind]) => [field, kind.toWire(Reflect.get(this, field) as never)])
    return { type: FrameType[name], ...Object.fromEntries(values) }
  }

  /** Writes type, length and contents. */
  writeTo<W extends FrameWriter>(writer: W): W {
    const frames = [this[wireFrame]()]
    const bytes = encodePacket({ ilpPacketType: 12, sequence: 0, prepareAmount: 0n, frames }).subarray(HEADER_SIZE)
    writer.writeOctetString(asBuffer(bytes), bytes.length)
    return writer
  }

  /** Bytes of the frame on the wire. */
  byteLength(): number {
    return frameSize(this[wireFrame]())
  }
}

/** What the class of a frame extends; the table has its arguments and properties. */
export interface NamedFrame<Name extends FrameName> extends Pick<typeof BaseFrame, typeof frameName | 'fromContents'> {
  new (
    ...values: Arguments<FieldsOf<Name>>
  ): BaseFrame & Properties<FieldsOf<Name>> & { type: (typeof FrameType)[Name] }
}

export function frameNamed<Name extends FrameName>(name: Name): NamedFrame<Name> {
  abstract class Named extends BaseFrame {
    static override readonly [frameName] = name
  }
  return Named as never
}

/** The frame that the codec read, as an instance of its class. */
export function instanceOf<F>(frameClass: FrameClass<F>, frame: KnownFrame): F {
  const fields = fieldsOf(frameClass[frameName])
  return new frameClass(...fields.map(([field, kind]) => kind.fromWire(Reflect.get(frame, field) as never) as never))
}
