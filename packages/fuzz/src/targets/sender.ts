import { ratio } from '@stream/connection'
import type { Target } from '../target.js'
import { InputReader } from '../input-reader.js'
import { replyFrom } from '../replies.js'
import { WatchedConnection, type SentPrepare } from '../watched-connection.js'

/** Something every sender has done before the replies come: money and data wait on streams. */
function busySender(reader: InputReader): WatchedConnection {
  const isRateFixed = reader.once(2)
  const sender = new WatchedConnection({
    role: 'client',
    localAddress: 'test.client',
    peerAddress: 'test.server.token',
    exchangeRate: isRateFixed
      ? { fixed: ratio(reader.pick([1n, 3n, 1000n]), reader.pick([1n, 2n, 1000n])) }
      : { probe: true },
    timeouts: { packet: 2000, idle: 20_000, close: 2000 },
    limits: { maxPacketAmount: reader.once(3) ? 1n + reader.amount() / 2n : (1n << 64n) - 1n },
  })
  for (let streams = 1 + reader.upTo(2); streams > 0; streams--) {
    const id = sender.openStream()
    if (id === undefined) continue
    const amount = reader.amount()
    sender.command((connection) => connection.setSendMax(id, amount))
    if (reader.once(2)) sender.command((connection) => connection.write(id, new Uint8Array(reader.upTo(6000)).fill(id)))
  }
  return sender
}

function act(reader: InputReader, sender: WatchedConnection, answered: SentPrepare[]): void {
  const { unanswered } = sender
  const index = reader.upTo(Math.max(0, Math.min(unanswered.length - 1, 9)))
  switch (reader.upTo(9)) {
    case 0:
      return sender.advance(sender.now + reader.pick([0, 1, 25, 100, 1000, 2500, 30_000]))
    case 1: {
      const [failed] = unanswered.splice(index, 1)
      return failed && sender.input({ type: 'sendFailed', sequence: failed.sequence, cause: 'refused' })
    }
    case 2: {
      const again = answered.at(-1 - reader.upTo(4))
      return again && sender.reply(again, replyFrom(reader, sender.protection, again))
    }
    default: {
      const [sent] = unanswered.splice(index, 1)
      if (sent === undefined) return sender.advance(sender.now + 25)
      answered.push(sent)
      sender.now += reader.pick([0, 1, 25])
      return sender.reply(sent, replyFrom(reader, sender.protection, sent))
    }
  }
}

export const sender: Target = {
  name: 'sender',
  about:
    'any replies to a sender with money and data in flight: the books stay right, nothing spins, every end is an end',
  executions: 100_000,
  batch: 128,
  maxLength: 1500,
  generate: (random) => random.bytes(30 + random.integer(600)),
  run(input) {
    const reader = new InputReader(input)
    const watched = busySender(reader)
    const answered: SentPrepare[] = []
    for (let steps = 0; !reader.isAtEnd && steps < 200; steps++) act(reader, watched, answered)
    // Nobody answers any more: the connection comes to its end by itself.
    watched.advance(watched.now + 60_000)
    if (!watched.isClosed) throw new Error('a connection nobody answers does not end')
  },
}
