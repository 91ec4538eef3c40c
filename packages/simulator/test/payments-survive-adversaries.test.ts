import { expect, test } from 'vitest'
import {
  adversary,
  bookViolations,
  eventViolations,
  seededRandom,
  type AccountStats,
  type Mischief,
  type Random,
} from '../src/index.js'
import { connectedPair, sendOn, type Pair } from './application.js'

const SECOND = 1000
const account = (stats: AccountStats | undefined): AccountStats => {
  if (stats === undefined) throw new Error('the account is missing')
  return stats
}

/** Two honest connectors with an adversary on the link between them, in both directions. */
const across = (seed: number, mischief: (random: Random) => Mischief): Pair => {
  const random = seededRandom(seed)
  const [out, back] = [random.fork('out'), random.fork('back')]
  return connectedPair({
    network: {
      seed,
      connectors: [{ name: 'connector' }, { name: 'far' }],
      peering: {
        link: {
          out: { latency: 20, jitter: 10, tamper: adversary(out, mischief(out)) },
          in: { latency: 20, jitter: 10, tamper: adversary(back, mischief(back)) },
        },
      },
    },
    server: { connector: 'far', address: 'test.far.bob' },
    client: { connection: { timeouts: { packet: 4000, idle: 300 * SECOND }, limits: { maxPacketAmount: 5000n } } },
  })
}

const violations = ({ network, client, server, sender, receiver }: Pair): string[] => {
  const [accepted] = server.connections.values()
  const { connectors } = network.stats()
  const books =
    accepted === undefined
      ? []
      : bookViolations({
          sender: client.driver.connection.stats(),
          receiver: accepted.driver.connection.stats(),
          senderAccount: account(connectors.connector?.accounts['test.connector.alice']),
          receiverAccount: account(connectors.far?.accounts['test.far.bob']),
        })
  return [...books, ...eventViolations(sender.events), ...eventViolations(receiver.events)]
}

const profiles: [string, (random: Random) => Mischief][] = [
  ['withholds', () => ({ withhold: 0.1 })],
  ['replays', () => ({ replay: 0.3 })],
  ['corrupts', () => ({ corrupt: 0.1 })],
  ['strips', () => ({ strip: 0.1 })],
  ['swaps', () => ({ swap: 0.1 })],
  ['shortchanges', () => ({ shortchange: 0.1 })],
  ['falsifies preimages', () => ({ falsifyPreimage: 0.1 })],
  ['rejects', () => ({ reject: 0.1 })],
  ['delays', () => ({ delay: 0.3, delayWithin: 3000 })],
  [
    'does everything',
    (random) => ({
      withhold: random.between(0, 0.05),
      replay: random.between(0, 0.1),
      corrupt: random.between(0, 0.05),
      strip: random.between(0, 0.05),
      swap: random.between(0, 0.05),
      shortchange: random.between(0, 0.05),
      falsifyPreimage: random.between(0, 0.05),
      reject: random.between(0, 0.05),
      delay: random.between(0, 0.2),
    }),
  ],
]

test.each(profiles)('books balance and bytes arrive in order while an adversary %s', (_, mischief) => {
  let completed = 0
  for (let seed = 1; seed <= 12; seed++) {
    const pair = across(seed, mischief)
    const { network, client, receiver, sender } = pair
    const bytes = Uint8Array.from({ length: 30_000 }, (__, i) => (i * seed) % 251)
    const streamId = sendOn(client, 100_000n, bytes)
    network.scheduler.run({ until: 200 * SECOND })
    expect(violations(pair), `seed ${seed}`).toEqual([])
    const arrived = receiver.bytes.get(streamId) ?? []
    expect(receiver.received(streamId, bytes.subarray(0, arrived.length)), `seed ${seed}`).toBe(true)
    if (sender.events.at(-1)?.type === 'closed') continue // The path was so bad that it gave up, with its books in order.
    expect([sender.sum('moneySent'), arrived.length], `seed ${seed}`).toEqual([100_000n, bytes.length])
    completed++
  }
  expect(completed).toBeGreaterThan(6)
})
