import { FrameType, MAX_PLAINTEXT_BYTES, type Frame, type StreamPacket } from '@stream/frames'
import { decodeIlpPacket, encodeIlpPacket, type IlpPacket } from '@stream/frames/ilp'
import type { Observation } from '../observation.js'
import type { Finding, Invariant } from '../invariant.js'

const MAX_DATA = 32_767
const MAX_SEQUENCE = 2 ** 31
const ENVELOPE_OVERHEAD = 28

/** I10: whatever leaves is a packet that every implementation can read. */
export function wire(): Invariant {
  const lastSequences = new WeakMap<Observation, number>()
  return {
    name: 'I10 wire',
    onSent(end, { prepare, packet, at }): Finding {
      if (packet === undefined) return 'a Prepare leaves that its receiver cannot read'
      if (packet.ilpPacketType !== 12) return `a Prepare says it is of type ${packet.ilpPacketType}`
      const last = lastSequences.get(end) ?? 0
      if (packet.sequence <= last) return `sequence ${packet.sequence} follows ${last}`
      if (packet.sequence >= MAX_SEQUENCE) return `sequence ${packet.sequence} is above 2^31`
      lastSequences.set(end, packet.sequence)
      if (prepare.expiresAt <= at) return `a Prepare leaves that expired ${at - prepare.expiresAt} ms ago`
      return packetFinding(end, prepare, packet)
    },
    onAnswer(end, { answer, packet }): Finding {
      if (answer === undefined) return undefined
      const { reply } = answer
      if (answer.packet === undefined) {
        if (reply.data.length > 0) return 'a reply leaves that its receiver cannot read'
        return reply.type === 'fulfill' ? 'a Fulfill leaves without a STREAM packet' : ilpFinding(reply)
      }
      const type = reply.type === 'fulfill' ? 13 : 14
      if (answer.packet.ilpPacketType !== type)
        return `a ${reply.type} says it is of type ${answer.packet.ilpPacketType}`
      if (answer.packet.sequence !== packet?.sequence) {
        return `the answer to sequence ${packet?.sequence} says ${answer.packet.sequence}`
      }
      return packetFinding(end, reply, answer.packet)
    },
  }
}

function packetFinding(end: Observation, packet: IlpPacket, { frames }: StreamPacket): Finding {
  if (packet.data.length > MAX_DATA) return `${packet.data.length} bytes of data leave`
  if (end.terms.padPackets && packet.data.length !== MAX_PLAINTEXT_BYTES + ENVELOPE_OVERHEAD) {
    return `${packet.data.length} bytes of data leave though all packets are to be of one size`
  }
  const strange = frames.find(({ type }) => type === 'unknown')
  if (strange !== undefined) return 'a frame of unknown type leaves'
  const isMoneyWithData = frames.some(isMoney) && frames.some(({ type }) => type === FrameType.StreamData)
  if (isMoneyWithData) return 'money and data share a packet'
  return ilpFinding(packet)
}

const isMoney = ({ type }: Frame): boolean => type === FrameType.StreamMoney

function ilpFinding(packet: IlpPacket): Finding {
  try {
    decodeIlpPacket(encodeIlpPacket(packet))
  } catch (error) {
    return `what leaves is no ILP packet: ${String(error)}`
  }
  if ('code' in packet && packet.message !== '' && packet.code !== 'F00') return `a Reject says "${packet.message}"`
  return undefined
}
