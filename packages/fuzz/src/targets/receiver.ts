import { encodePacket, FrameType } from '@stream/frames'
import type { IlpPrepare } from '@stream/frames/ilp'
import { must } from '../fault.js'
import { framesFrom } from '../frame-grammar.js'
import { InputReader } from '../input-reader.js'
import type { Target } from '../target.js'
import { WatchedConnection } from '../watched-connection.js'

/** A server that takes what it is offered, reads what comes, and now and then decides or does something of its own. */
function willingReceiver(reader: InputReader): WatchedConnection {
  const receiveMax = reader.once(3) ? (1n << 64n) - 1n : reader.amount()
  const receiver = new WatchedConnection({
    role: 'server',
    localAddress: 'test.server.token',
    offerMoney: reader.once(3),
    padPackets: reader.once(16),
    createReceipt: () => new Uint8Array(58),
    timeouts: { packet: 2000, idle: 20_000, close: 2000 },
    limits: { streamWindow: 2000, maxStreamWindow: 40_000, connectionWindow: 5000, maxConnectionWindow: 100_000 },
  })
  receiver.onEvent = (event) => {
    const { connection } = receiver
    if (event.type === 'streamOpened') receiver.attempt(() => connection.setReceiveMax(event.streamId, receiveMax))
    if (event.type === 'readable') while (connection.read(event.streamId, 1000) !== undefined);
  }
  return receiver
}

function plaintextFrom(reader: InputReader, sequence: number): Uint8Array {
  if (reader.once(8)) return reader.bytes(reader.upTo(80))
  const isOdd = reader.once(8)
  return encodePacket({
    ilpPacketType: isOdd ? reader.pick([12, 13, 14] as const) : 12,
    sequence: isOdd ? reader.position() : sequence,
    prepareAmount: reader.once(4) ? reader.amount() : 0n,
    // A plain payment now and then: what goes wrong with totals needs some that went right.
    frames: reader.once(3) ? [{ type: FrameType.StreamMoney, streamId: 1, shares: 1n }] : framesFrom(reader, 5),
  })
}

function prepareFrom(reader: InputReader, receiver: WatchedConnection, sequence: number): IlpPrepare {
  const { protection, now } = receiver
  const data = protection.seal(plaintextFrom(reader, sequence))
  const isUnfulfillable = reader.once(6)
  const executionCondition = isUnfulfillable ? new Uint8Array(32) : protection.condition(protection.fulfillment(data))
  const expiresAt = now + (reader.once(6) ? reader.pick([-1, 0, 100, 199, 200, 500]) : 2000)
  return { amount: reader.amount(), destination: 'test.server.token', executionCondition, data, expiresAt }
}

function decideSomething(reader: InputReader, receiver: WatchedConnection): void {
  const [id] = receiver.waiting.slice(reader.upTo(3))
  if (id !== undefined) receiver.command((connection) => connection.decide(id, !reader.once(3)))
}

export const receiver: Target = {
  name: 'receiver',
  about:
    'packets of a peer that holds the keys and means harm: each is answered once, money is credited only with a Fulfill',
  executions: 100_000,
  batch: 128,
  maxLength: 1500,
  generate: (random) => random.bytes(30 + random.integer(600)),
  run(input) {
    const reader = new InputReader(input)
    const watched = willingReceiver(reader)
    const past: IlpPrepare[] = []
    for (let sequence = 1; !reader.isAtEnd && sequence < 200; sequence++) {
      const again = reader.once(12) ? past.at(-1 - reader.upTo(3)) : undefined
      const prepare = again ?? prepareFrom(reader, watched, sequence)
      past.push(prepare)
      watched.prepare(prepare)
      if (reader.once(3)) decideSomething(reader, watched)
      if (reader.once(4)) watched.advance(watched.now + reader.pick([1, 50, 300, 2500]))
    }
    watched.advance(watched.now + 60_000)
    must(watched.isClosed, 'a connection nobody uses does not end')
    must(watched.waiting.length === 0, 'a Prepare is never answered')
  },
}
