import type { StreamPacket } from '@stream/frames'
import { IlpPacketType } from '@stream/frames'
import type { Instant } from '@stream/flow'
import type { PacketProtection } from '@stream/crypto'
import type { ConnectionConfig } from '../config.js'
import type { Output } from '../io.js'
import type { PacketBuilder } from './packet-builder.js'
import { sealPacket } from './seal-packet.js'
import type { SentPacket, SentPackets } from './sent-packets.js'

interface OutgoingParts {
  readonly config: ConnectionConfig
  readonly protection: PacketProtection
  readonly sent: SentPackets
  readonly streams: { readonly peerMaxData: number }
}

export interface Outgoing {
  readonly output: Output
  readonly sent: SentPacket
}

/** Encodes, seals and locks a packet; a probe carries a random condition that nobody can fulfil (RFC 0029, 6.1). */
export function outgoingPrepare(
  { config, protection, sent, streams }: OutgoingParts,
  now: Instant,
  sequence: number,
  destination: string,
  packet: PacketBuilder,
): Outgoing {
  const { padPackets, packetExpiry, timeouts } = config
  const { payment, probe } = packet
  const minimum = payment?.minimum ?? 0n
  const contents: StreamPacket = {
    ilpPacketType: IlpPacketType.Prepare,
    sequence,
    prepareAmount: minimum,
    frames: packet.frames,
  }
  const data = sealPacket(protection, contents, padPackets, destination)
  const fulfillment = probe === undefined ? protection.fulfillment(data) : undefined
  const executionCondition =
    fulfillment === undefined ? protection.unfulfillableCondition() : protection.condition(fulfillment)
  const amount = probe ?? payment?.amount ?? 0n
  const expiresAt = packetExpiry === undefined ? now + timeouts.packet : packetExpiry(now, destination)
  return {
    output: { type: 'prepare', sequence, prepare: { amount, destination, executionCondition, data }, expiresAt },
    sent: {
      sequence,
      amount,
      minimum,
      fulfillment,
      sentAt: now,
      destination,
      deadline: sent.deadline(expiresAt + timeouts.grace),
      deliveries: packet.deliveries,
      payment,
      isProbe: probe !== undefined,
      peerMaxData: streams.peerMaxData,
      streamIds: packet.streamIds,
    },
  }
}
