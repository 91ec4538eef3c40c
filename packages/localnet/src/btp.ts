import {
  deserialize,
  MIME_APPLICATION_OCTET_STREAM,
  serializeError,
  serializeMessage,
  serializeResponse,
  TYPE_ERROR,
  TYPE_MESSAGE,
  TYPE_RESPONSE,
  TYPE_TRANSFER,
} from 'btp-packet'

/** One entry of a BTP frame's protocol data: `ilp`, `auth`, `auth_token`, ... */
export interface BtpProtocol {
  readonly protocolName: string
  readonly contentType: number
  readonly data: Uint8Array
}

/** BTP 2.0's error codes that occur here, with the names the specification gives them. */
const BtpErrorName = {
  F00: 'NotAcceptedError',
  F01: 'InvalidFieldsError',
  T00: 'UnreachableError',
} as const

export interface BtpFault {
  readonly code: keyof typeof BtpErrorName
  /** For the human at the other end. Never a secret. */
  readonly reason: string
}

export type BtpFrame =
  | { readonly type: 'message' | 'response'; readonly requestId: number; readonly protocols: readonly BtpProtocol[] }
  | { readonly type: 'error'; readonly requestId: number; readonly code: string; readonly data: string }
  | { readonly type: 'transfer'; readonly requestId: number }
  /** Bytes that are no BTP; `requestId` is 0 when not even that could be read. */
  | { readonly type: 'malformed'; readonly requestId: number; readonly fault: BtpFault }

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const malformed = (bytes: Buffer, reason: string): BtpFrame => ({
  type: 'malformed',
  requestId: bytes.length >= 5 ? bytes.readUInt32BE(1) : 0,
  fault: { code: 'F01', reason },
})

const KNOWN_TYPES: ReadonlySet<number> = new Set([TYPE_RESPONSE, TYPE_ERROR, TYPE_MESSAGE, TYPE_TRANSFER])

export const decodeBtp = (bytes: Uint8Array): BtpFrame => {
  const buffer = asBuffer(bytes)
  const type = buffer[0]
  if (type !== undefined && !KNOWN_TYPES.has(type)) return malformed(buffer, `unknown BTP packet type ${type}`)
  let packet: ReturnType<typeof deserialize>
  try {
    packet = deserialize(buffer)
  } catch {
    return malformed(buffer, 'frame is not a BTP packet')
  }
  const { requestId, data } = packet
  if (packet.type === TYPE_ERROR && 'code' in data)
    return { type: 'error', requestId, code: data.code, data: data.data }
  if (packet.type === TYPE_TRANSFER) return { type: 'transfer', requestId }
  return { type: packet.type === TYPE_MESSAGE ? 'message' : 'response', requestId, protocols: data.protocolData }
}

const ilpProtocol = (ilp: Uint8Array) => [
  { protocolName: 'ilp', contentType: MIME_APPLICATION_OCTET_STREAM, data: asBuffer(ilp) },
]

/** A request that carries an ILP packet. */
export const encodeBtpMessage = (requestId: number, ilp: Uint8Array): Uint8Array =>
  serializeMessage(requestId, ilpProtocol(ilp))

/** The response to a request, with an ILP packet or empty. */
export const encodeBtpResponse = (requestId: number, ilp?: Uint8Array): Uint8Array =>
  serializeResponse(requestId, ilp === undefined ? [] : ilpProtocol(ilp))

export const encodeBtpError = (requestId: number, fault: BtpFault): Uint8Array =>
  serializeError(
    {
      code: fault.code,
      name: BtpErrorName[fault.code],
      triggeredAt: new Date().toISOString(),
      data: JSON.stringify({ message: fault.reason }),
    },
    requestId,
    [],
  )

/** The protocol's data as text; `undefined` when the frame has no such protocol. */
export const textOf = (protocols: readonly BtpProtocol[], name: string): string | undefined => {
  const protocol = protocols.find((candidate) => candidate.protocolName === name)
  return protocol && asBuffer(protocol.data).toString('utf8')
}

export const ilpOf = (protocols: readonly BtpProtocol[]): Uint8Array | undefined =>
  protocols.find((candidate) => candidate.protocolName === 'ilp')?.data
