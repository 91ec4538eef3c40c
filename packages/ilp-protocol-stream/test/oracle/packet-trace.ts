import { packetProtection, type PacketProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { decodePacket, type StreamPacket } from '@stream/frames'
import type { NetworkEvent, Packet } from '../../../simulator/src/packet.js'
import { framesText } from '../../../simulator/src/oracle/packet-text.js'

/** Tells what travels on every link, with what the packets say: the run makes the keys, so it can read them. */
export class PacketTrace {
  readonly #keys: PacketProtection[] = []

  constructor(private readonly note: (text: string) => void) {}

  addKey(sharedSecret: Uint8Array): void {
    this.#keys.push(packetProtection(nodeCrypto, sharedSecret))
  }

  tell({ type, from, to, packet }: NetworkEvent): void {
    if (type !== 'sent') this.note(`${from} > ${to}: ${packet.type} ${packet.id} ${type}`)
    else this.note(`${from} > ${to}: ${this.#textOf(packet)}`)
  }

  #textOf(packet: Packet): string {
    if (packet.type === 'prepare') {
      const { amount, data } = packet.prepare
      return `prepare ${packet.id} of ${amount}: ${this.#says(data)}`
    }
    const { reply } = packet
    return `${reply.type === 'fulfill' ? 'fulfill' : reply.code} to ${packet.id}: ${this.#says(reply.data)}`
  }

  #says(data: Uint8Array): string {
    const packet = this.#read(data)
    return packet === undefined ? 'unreadable' : `${packet.sequence}, ${packet.prepareAmount}; ${framesText(packet)}`
  }

  #read(data: Uint8Array): StreamPacket | undefined {
    for (const key of this.#keys) {
      const plaintext = key.open(data)
      if (plaintext !== undefined) return decodePacket(plaintext)
    }
    return undefined
  }
}
