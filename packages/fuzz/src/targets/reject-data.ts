import { ratio } from '@stream/connection'
import { decodeAmountTooLarge, decodeIlpPacket, DecodeError, encodeIlpPacket } from '@stream/frames/ilp'
import { must } from '../fault.js'
import { InputReader } from '../input-reader.js'
import { rejectWith } from '../replies.js'
import { same } from '../same.js'
import type { Target } from '../target.js'
import { WatchedConnection } from '../watched-connection.js'

/** Bytes as an ILP packet: one that can be written and read again, or a DecodeError. */
function checkIlpPacket(bytes: Uint8Array): void {
  try {
    const packet = decodeIlpPacket(bytes)
    must(same(decodeIlpPacket(encodeIlpPacket(packet)), packet), 'what was written is read otherwise')
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}

/** A sender that is told such amounts goes on with packets that still deliver something. */
function checkSender(data: Uint8Array, times: number): void {
  const sender = new WatchedConnection({
    role: 'client',
    peerAddress: 'test.server.token',
    exchangeRate: { fixed: ratio(1n, 3n) },
    timeouts: { packet: 2000, idle: 20_000, close: 2000 },
  })
  const id = sender.openStream() ?? 0
  sender.command((connection) => connection.setSendMax(id, 1_000_000n))
  for (let i = 0; i < times; i++) {
    const sent = sender.unanswered.shift()
    if (sent === undefined) sender.advance(sender.now + 200)
    else sender.reply(sent, rejectWith('F08', data))
  }
  must(sender.connection.stats().totalSent === 0n, 'a rejected packet counts as sent')
}

export const rejectData: Target = {
  name: 'reject-data',
  about: 'bytes as an ILP packet, as the data of an F08, and as what a sender makes of it',
  executions: 100_000,
  batch: 256,
  maxLength: 200,
  generate(random) {
    const kind = random.integer(8)
    const packet = encodeIlpPacket({ ...rejectWith('F08', random.bytes(16)), message: 'x'.repeat(random.integer(5)) })
    return Uint8Array.from([kind, ...(kind < 4 ? packet : random.bytes(16 + random.integer(3)))])
  },
  run(input) {
    const reader = new InputReader(input)
    const kind = reader.upTo(7)
    const data = reader.rest()
    if (kind < 4) return checkIlpPacket(data)
    const told = decodeAmountTooLarge(data)
    must((told === undefined) === data.length < 16, 'sixteen bytes are two amounts, and nothing else is')
    if (kind === 7) checkSender(data, 1 + ((data.at(-1) ?? 0) % 8))
  },
}
