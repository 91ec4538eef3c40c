import type Long from 'long'
import type { FrameType as WireFrameType, KnownFrame } from '@stream/frames'
import { asBuffer } from '../buffers.js'
import type { ErrorCode } from './frame-codes.js'
import { amount, long, position, positionLimit, unsigned, unsignedLimit, type WireInteger } from './wire-values.js'

export type FrameName = keyof typeof WireFrameType
export type FrameNamed<Name extends FrameName> = Extract<KnownFrame, { readonly type: (typeof WireFrameType)[Name] }>

/** One property of a frame, in the three shapes it has. */
interface Kind<Given = never, Kept = unknown> {
  /** What the class keeps of what its constructor is given. */
  readonly kept: (given: Given) => Kept
  readonly toWire: (kept: never) => unknown
  readonly fromWire: (read: never) => Kept
}

const same = <T>(value: T): T => value
const text: Kind<string, string> = { kept: same, toWire: same, fromWire: same }
const code: Kind<ErrorCode, ErrorCode> = { kept: same, toWire: same, fromWire: same }
const scale: Kind<number, number> = { kept: same, toWire: same, fromWire: same }
const bytes: Kind<Buffer, Buffer> = { kept: same, toWire: same, fromWire: asBuffer }
/** Stream ids and offsets: what does not fit is refused. */
const exact: Kind<WireInteger, Long> = { kept: unsigned, toWire: position, fromWire: long }
/** Limits of ids and offsets: what does not fit is no limit. */
const limit: Kind<WireInteger, Long> = { kept: unsigned, toWire: positionLimit, fromWire: long }
const money: Kind<WireInteger, Long> = { kept: unsigned, toWire: amount, fromWire: long }
const moneyLimit: Kind<WireInteger, Long> = { kept: unsignedLimit, toWire: amount, fromWire: long }

const streamId = ['streamId', exact] as const

/** The properties of every frame, in the order in which the constructors of 2.x take them. */
const frameFields = {
  ConnectionClose: [
    ['errorCode', code],
    ['errorMessage', text],
  ],
  ConnectionNewAddress: [['sourceAccount', text]],
  ConnectionMaxData: [['maxOffset', limit]],
  ConnectionDataBlocked: [['maxOffset', limit]],
  ConnectionMaxStreamId: [['maxStreamId', limit]],
  ConnectionStreamIdBlocked: [['maxStreamId', limit]],
  ConnectionAssetDetails: [
    ['sourceAssetCode', text],
    ['sourceAssetScale', scale],
  ],
  StreamClose: [streamId, ['errorCode', code], ['errorMessage', text]],
  StreamMoney: [streamId, ['shares', money]],
  StreamMaxMoney: [streamId, ['receiveMax', moneyLimit], ['totalReceived', money]],
  StreamMoneyBlocked: [streamId, ['sendMax', money], ['totalSent', money]],
  StreamData: [streamId, ['offset', exact], ['data', bytes]],
  StreamMaxData: [streamId, ['maxOffset', limit]],
  StreamDataBlocked: [streamId, ['maxOffset', limit]],
  StreamReceipt: [streamId, ['receipt', bytes]],
} as const satisfies { readonly [Name in FrameName]: readonly FieldOf<FrameNamed<Name>>[] }

type FieldOf<Frame> = readonly [Exclude<keyof Frame, 'type'>, Kind]
type Field = readonly [string, Kind]
export type FieldsOf<Name extends FrameName> = (typeof frameFields)[Name]

/** What the constructor of a class with these fields takes. */
export type Arguments<Fields extends readonly Field[]> = {
  -readonly [Index in keyof Fields]: Fields[Index] extends readonly [string, Kind<infer Given>] ? Given : never
}

/** What it keeps of it. */
export type Properties<Fields extends readonly Field[]> = {
  [Each in Fields[number] as Each[0]]: Each[1] extends Kind<never, infer Kept> ? Kept : never
}

/** The fields of a frame as a list in which each may be any. */
export function fieldsOf(name: FrameName): readonly Field[] {
  return frameFields[name]
}
