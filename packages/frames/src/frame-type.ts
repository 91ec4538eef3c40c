/** The first byte of every frame (RFC 0029, 5.3; `StreamReceipt` is RFC 0039). */
export const FrameType = {
  ConnectionClose: 0x01,
  ConnectionNewAddress: 0x02,
  ConnectionMaxData: 0x03,
  ConnectionDataBlocked: 0x04,
  ConnectionMaxStreamId: 0x05,
  ConnectionStreamIdBlocked: 0x06,
  ConnectionAssetDetails: 0x07,
  StreamClose: 0x10,
  StreamMoney: 0x11,
  StreamMaxMoney: 0x12,
  StreamMoneyBlocked: 0x13,
  StreamData: 0x14,
  StreamMaxData: 0x15,
  StreamDataBlocked: 0x16,
  StreamReceipt: 0x17,
} as const
export type FrameType = (typeof FrameType)[keyof typeof FrameType]

const names = new Map<number, string>(Object.entries(FrameType).map(([name, type]) => [type, name]))

/** The name of a frame type, or e.g. `0x3f` for one that neither RFC defines. */
export function frameTypeName(typeId: number): string {
  return names.get(typeId) ?? `0x${typeId.toString(16).padStart(2, '0')}`
}

/** Whether this version of the protocol defines the frame type. */
export function isKnownFrameType(typeId: number): typeId is FrameType {
  return names.has(typeId)
}

/** The ILPv4 packet that a STREAM packet travels in (RFC 0029, 5.2). */
export const IlpPacketType = { Prepare: 12, Fulfill: 13, Reject: 14 } as const
export type IlpPacketType = (typeof IlpPacketType)[keyof typeof IlpPacketType]
