import type { FrameType, KnownFrame } from '@stream/frames'
import { asBuffer } from '../buffers.js'
import { amount, long, position, positionLimit, unsigned, unsignedLimit } from './wire-values.js'

export type FrameName = keyof typeof FrameType
export type FrameNamed<Name extends FrameName> = Extract<KnownFrame, { readonly type: (typeof FrameType)[Name] }>

/** One property of a frame, in the three shapes it has. */
interface Kind {
  /** What the class keeps of what its constructor is given. */
  readonly kept: (given: never) => unknown
  readonly toWire: (kept: never) => unknown
  readonly fromWire: (read: never) => unknown
}

const same = <T>(value: T): T => value
/** Texts, codes and scales. */
const plain: Kind = { kept: same, toWire: same, fromWire: same }
const bytes: Kind = { kept: same, toWire: same, fromWire: asBuffer }
/** Stream ids and offsets: what does not fit is refused. */
const exact: Kind = { kept: unsigned, toWire: position, fromWire: long }
/** Limits of ids and offsets: what does not fit is no limit. */
const limit: Kind = { kept: unsigned, toWire: positionLimit, fromWire: long }
const money: Kind = { kept: unsigned, toWire: amount, fromWire: long }
const moneyLimit: Kind = { kept: unsignedLimit, toWire: amount, fromWire: long }

/** The properties of every frame, in the order in which the constructors of 2.x take them. */
export const frameFields: {
  readonly [Name in FrameName]: { readonly [Field in Exclude<keyof FrameNamed<Name>, 'type'>]: Kind }
} = {
  ConnectionClose: { errorCode: plain, errorMessage: plain },
  ConnectionNewAddress: { sourceAccount: plain },
  ConnectionMaxData: { maxOffset: limit },
  ConnectionDataBlocked: { maxOffset: limit },
  ConnectionMaxStreamId: { maxStreamId: limit },
  ConnectionStreamIdBlocked: { maxStreamId: limit },
  ConnectionAssetDetails: { sourceAssetCode: plain, sourceAssetScale: plain },
  StreamClose: { streamId: exact, errorCode: plain, errorMessage: plain },
  StreamMoney: { streamId: exact, shares: money },
  StreamMaxMoney: { streamId: exact, receiveMax: moneyLimit, totalReceived: money },
  StreamMoneyBlocked: { streamId: exact, sendMax: money, totalSent: money },
  StreamData: { streamId: exact, offset: exact, data: bytes },
  StreamMaxData: { streamId: exact, maxOffset: limit },
  StreamDataBlocked: { streamId: exact, maxOffset: limit },
  StreamReceipt: { streamId: exact, receipt: bytes },
}
