import { deserializeIlpReject, serializeIlpFulfill, serializeIlpPrepare } from 'ilp-packet'
import { expect, test } from 'vitest'
import { Hub, type HubOptions } from './hub.js'

const fulfill = serializeIlpFulfill({ fulfillment: Buffer.alloc(32), data: Buffer.alloc(0) })

const prepare = (amount: string, destination = 'test.server.token', data = Buffer.alloc(0)): Buffer =>
  serializeIlpPrepare({
    amount,
    destination,
    data,
    executionCondition: Buffer.alloc(32),
    expiresAt: new Date('2040-01-01T00:00:00Z'),
  })

function hubWith(options: HubOptions = {}): { hub: Hub; send: (data: Buffer) => Promise<Buffer> } {
  const hub = new Hub(options)
  hub.account('server').registerDataHandler(() => Promise.resolve(fulfill))
  const client = hub.account('client')
  return { hub, send: (data) => client.sendData(data) }
}

test('a packet of any size reaches the account whose address it begins with, and is booked when it is fulfilled', async () => {
  const { hub, send } = hubWith()
  for (const length of [0, 100, 300, 32_000])
    expect(await send(prepare('7', undefined, Buffer.alloc(length)))).toBe(fulfill)
  expect(await send(prepare('7', 'test.server'))).toBe(fulfill)
  expect(hub.books).toEqual({ fulfilled: 5, units: 35n, answered: 5, rejectedForLiquidity: 0 })
})

test('what is for nobody, above the largest amount, or beyond the liquidity is refused and not booked', async () => {
  const { hub, send } = hubWith({ maxPacketAmount: 10n, liquidity: { rate: 1e-9, burst: 15 } })
  expect(deserializeIlpReject(await send(prepare('1', 'test.nobody.token'))).code).toBe('F02')
  expect(deserializeIlpReject(await send(prepare('11'))).code).toBe('F08')
  expect(await send(prepare('10'))).toBe(fulfill)
  expect(deserializeIlpReject(await send(prepare('10'))).code).toBe('T04')
  expect(hub.books).toEqual({ fulfilled: 1, units: 10n, answered: 1, rejectedForLiquidity: 1 })
})
