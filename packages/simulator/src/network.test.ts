import { portableCrypto } from '@stream/crypto/portable'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { expect, test } from 'vitest'
import { decimalRatio } from './exchange.js'
import {
  simulateNetwork,
  type AttachOptions,
  type Attachment,
  type Network,
  type NetworkEvent,
  type NetworkOptions,
  type Packet,
  type PrepareHandler,
} from './index.js'

const preimage = new Uint8Array(32).fill(7)
const condition = portableCrypto.sha256(preimage)
const accept: PrepareHandler = (_prepare, reply) =>
  reply({ type: 'fulfill', fulfillment: preimage, data: Uint8Array.of(1) })
const silent: PrepareHandler = () => {}

const preparing = (network: Network, over: Partial<IlpPrepare> = {}): IlpPrepare => ({
  amount: 1000n,
  destination: 'test.connector.bob',
  executionCondition: condition,
  expiresAt: network.scheduler.now + 10_000,
  data: new Uint8Array(0),
  ...over,
})

/** Sends one Prepare and runs: how it ended, and after how many milliseconds. */
const sendOne = (network: Network, from: Attachment, over: Partial<IlpPrepare> = {}): [string, number] | undefined => {
  let outcome: [string, number] | undefined
  const start = network.scheduler.now
  from.send(preparing(network, over), (reply) => {
    outcome = [reply.type === 'reject' ? reply.code : 'fulfilled', network.scheduler.now - start]
  })
  network.scheduler.run()
  return outcome
}

interface Pair {
  readonly network?: NetworkOptions
  readonly alice?: Partial<AttachOptions>
  readonly bob?: Partial<AttachOptions>
  readonly handler?: PrepareHandler
}

const pair = (options: Pair = {}): { network: Network; alice: Attachment; bob: Attachment } => {
  const network = simulateNetwork(options.network)
  const alice = network.attach({ address: 'test.connector.alice', ...options.alice }, silent)
  const bob = network.attach({ address: 'test.connector.bob', ...options.bob }, options.handler ?? accept)
  return { network, alice, bob }
}

test('a Prepare reaches the endpoint at its address, and the reply comes back after the latency of all four legs', () => {
  const { network, alice } = pair({ alice: { link: { latency: 10 } }, bob: { link: { latency: 15 } } })
  expect(sendOne(network, alice)).toEqual(['fulfilled', 50])
})

test('each direction of a link can be set by itself', () => {
  const { network, alice } = pair({ alice: { link: { out: { latency: 1 }, in: { latency: 100 } } } })
  expect(sendOne(network, alice)).toEqual(['fulfilled', 101])
})

test('an endpoint that never answers lets the connector time out', () => {
  const { network, alice } = pair({ handler: silent })
  expect(sendOne(network, alice)).toEqual(['R00', 9000])
})

test('an endpoint answers once', () => {
  const { network, alice } = pair({
    handler: (prepare, reply) => {
      accept(prepare, reply)
      reply({ type: 'reject', code: 'F99', triggeredBy: 'test.bob', message: '', data: new Uint8Array(0) })
    },
  })
  expect(sendOne(network, alice)).toEqual(['fulfilled', 0])
  expect(network.stats().connectors.connector?.lateReplies).toBe(0)
})

test('packets cross a row of connectors, each taking its fee and its share of the time left', () => {
  const fee = decimalRatio('0.1')
  const received: IlpPrepare[] = []
  const { network, alice } = pair({
    network: {
      connectors: ['one', 'two', 'three'].map((name) => ({ name, fee })),
      peering: { link: { latency: 20 } },
    },
    alice: { address: 'test.one.alice', connector: 'one' },
    bob: { address: 'test.three.bob', connector: 'three' },
    handler: (prepare, reply) => {
      received.push(prepare)
      accept(prepare, reply)
    },
  })
  expect(sendOne(network, alice, { destination: 'test.three.bob.x' })).toEqual(['fulfilled', 80])
  expect(received).toMatchObject([{ amount: 729n, expiresAt: 7000 }])
  const { two } = network.stats().connectors
  expect(two?.accounts.one).toMatchObject({ received: 1, fulfilled: 1, amountIn: 900n })
  expect(two?.accounts.three).toMatchObject({ forwarded: 1, amountOut: 810n })
})

test('endpoints that came before a peering are reachable through it', () => {
  const network = simulateNetwork({ connectors: [] })
  network.addConnector({ name: 'one' })
  network.addConnector({ name: 'two' })
  const alice = network.attach({ address: 'test.one.alice', connector: 'one' }, silent)
  network.attach({ address: 'test.two.bob', connector: 'two' }, accept)
  expect(sendOne(network, alice, { destination: 'test.two.bob' })?.[0]).toBe('F02')
  network.peer('one', 'two')
  expect(sendOne(network, alice, { destination: 'test.two.bob' })?.[0]).toBe('fulfilled')
})

test('a packet that no route leads from is not passed round in circles', () => {
  const network = simulateNetwork({ connectors: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] })
  network.peer('three', 'one')
  const alice = network.attach({ address: 'test.one.alice' }, silent)
  expect(sendOne(network, alice, { destination: 'test.two.nobody' })?.[0]).toBe('F02')
})

test('a lost packet is never answered on the way of its sender, and answered with R00 beyond the connector', () => {
  expect(sendOne(...both(pair({ alice: { link: { loss: 1 } } })))).toBeUndefined()
  expect(sendOne(...both(pair({ bob: { link: { loss: 1 } } })))).toEqual(['R00', 9000])
})

const both = ({ network, alice }: ReturnType<typeof pair>): [Network, Attachment] => [network, alice]

test('an endpoint that left is unreachable, and what waited for it is rejected', () => {
  const { network, alice, bob } = pair({ handler: silent })
  const codes: string[] = []
  const onReply = (reply: IlpReply): void => void codes.push(reply.type === 'reject' ? reply.code : '')
  alice.send(preparing(network), onReply)
  network.scheduler.run({ until: 1 })
  bob.detach()
  bob.detach()
  network.scheduler.run({ until: 2 })
  expect(codes).toEqual(['T01'])
  expect(sendOne(network, alice)?.[0]).toBe('F02')
  network.attach({ address: 'test.connector.bob' }, accept)
  expect(sendOne(network, alice)?.[0]).toBe('fulfilled')
})

test('what is under way to an endpoint that left arrives nowhere', () => {
  let arrived = 0
  const { network, alice, bob } = pair({ bob: { link: { latency: 10 } }, handler: () => arrived++ })
  alice.send(preparing(network), () => {})
  network.scheduler.run({ until: 5 })
  bob.detach()
  network.scheduler.run()
  expect(arrived).toBe(0)
  bob.send(preparing(network), () => expect.unreachable())
  network.scheduler.run()
})

test('limits of an account bind its endpoint', () => {
  const { network, alice } = pair({ alice: { limits: { maxPacketAmount: 999n } } })
  expect(sendOne(network, alice)?.[0]).toBe('F08')
})

test('connectors check fulfillments', () => {
  const { network, alice } = pair({
    handler: (_prepare, reply) => reply({ type: 'fulfill', fulfillment: new Uint8Array(32), data: new Uint8Array(0) }),
  })
  expect(sendOne(network, alice)?.[0]).toBe('F05')
})

test('a meddler can withhold, change, delay and duplicate', () => {
  const seen: bigint[] = []
  const meddled = pair({
    bob: {
      link: {
        out: {},
        in: {
          tamper: (packet) => {
            if (packet.type === 'reply') return [{ packet }]
            if (packet.prepare.amount === 1n) return []
            const changed: Packet = { ...packet, prepare: { ...packet.prepare, amount: packet.prepare.amount - 1n } }
            return [{ packet: changed, delay: 7 }, { packet }]
          },
        },
      },
    },
    handler: (prepare, reply) => {
      seen.push(prepare.amount)
      accept(prepare, reply)
    },
  })
  const { network, alice } = meddled
  expect(sendOne(network, alice, { amount: 1n })?.[0]).toBe('R00')
  expect(sendOne(network, alice, { amount: 50n })).toEqual(['fulfilled', 0])
  expect(seen).toEqual([50n, 49n])
  expect(network.stats().connectors.connector?.lateReplies).toBe(1)
})

test('trace hears of every packet on every link, in order', () => {
  const events: NetworkEvent[] = []
  const { network, alice } = pair({
    network: { trace: (event) => events.push(event) },
    alice: { link: { latency: 5 } },
    bob: { link: { out: { loss: 1 }, in: { latency: 5 } } },
  })
  sendOne(network, alice)
  const short = events.map(({ type, at, from, to, packet }) => `${at} ${type} ${packet.type} ${from} > ${to}`)
  const [a, b] = ['test.connector.alice', 'test.connector.bob']
  expect(short).toEqual([
    `0 sent prepare ${a} > connector`,
    `5 arrived prepare ${a} > connector`,
    `5 sent prepare connector > ${b}`,
    `10 arrived prepare connector > ${b}`,
    `10 sent reply ${b} > connector`,
    `10 lost reply ${b} > connector`,
    `9000 sent reply connector > ${a}`,
    `9005 arrived reply connector > ${a}`,
  ])
  expect(network.stats().wires[`${b} > connector`]).toEqual({ sent: 1, lost: 1, prepares: 0, replies: 1 })
})

/** A lossy, jittery run, as text. */
const chaos = (seed: number): string => {
  const lines: string[] = []
  const { network, alice } = pair({
    network: {
      seed,
      connectors: [{ name: 'one' }, { name: 'two' }],
      peering: { link: { latency: 5, jitter: 20, loss: 0.1, reorder: 0.3 } },
      trace: ({ type, at, from, to, packet }) => lines.push(`${at} ${type} ${packet.id} ${from} ${to}`),
    },
    alice: { connector: 'one', link: { jitter: 3 } },
    bob: { connector: 'two', link: { loss: 0.05 } },
  })
  for (let i = 0; i < 50; i++)
    network.scheduler.after(i, () => alice.send(preparing(network), () => lines.push('reply')))
  network.scheduler.run()
  return lines.join('\n')
}

test('the same seed gives the same run, another seed another', () => {
  expect(chaos(1)).toBe(chaos(1))
  expect(chaos(1)).not.toBe(chaos(2))
})

test.each([
  ['a connector twice', (network: Network) => network.addConnector({ name: 'connector' }), 'connector is "connector"'],
  [
    'an unknown connector',
    (network: Network) => network.peer('connector', 'x'),
    'connector is "x"; expected one of connector',
  ],
  [
    'an address twice',
    (network: Network) => {
      network.attach({ address: 'test.a' }, silent)
      network.attach({ address: 'test.a' }, silent)
    },
    'address is "test.a"',
  ],
])('%s is misuse, and the error says so', (_, misuse, message) => {
  expect(() => misuse(simulateNetwork())).toThrow(message)
})

test('an endpoint needs a connector to attach to', () => {
  expect(() => simulateNetwork({ connectors: [] }).attach({ address: 'test.a' }, silent)).toThrow(
    'at least one connector',
  )
})

test('limits can change while the network runs, those of endpoints and those between connectors', () => {
  const { network, alice } = pair({
    network: { connectors: [{ name: 'connector' }, { name: 'far' }] },
    bob: { connector: 'far', limits: { liquidity: { rate: 0n, burst: 1000n } } },
  })
  expect(sendOne(network, alice)?.[0]).toBe('fulfilled')
  expect(sendOne(network, alice)?.[0]).toBe('T04')
  network.changeLimits('far', 'test.connector.bob', { liquidity: { rate: 1_000_000n, burst: 1000n } })
  network.scheduler.run({ until: network.scheduler.now + 10 })
  expect(sendOne(network, alice)?.[0]).toBe('fulfilled')
  network.changeLimits('far', 'connector', { maxPacketAmount: 999n })
  expect(sendOne(network, alice)?.[0]).toBe('F08')
  expect(() => network.changeLimits('far', 'nobody', {})).toThrow('an account that was added')
})
