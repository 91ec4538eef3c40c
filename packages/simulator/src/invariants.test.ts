import { Connection, type ConnectionEvent, type ConnectionStats } from '@stream/connection'
import { packetProtection } from '@stream/crypto'
import { portableCrypto } from '@stream/crypto/portable'
import { aimd } from '@stream/flow'
import { expect, test } from 'vitest'
import type { AccountStats } from './connector-account.js'
import { decimalRatio } from './exchange.js'
import { bookViolations, eventViolations } from './invariants.js'

const fresh = new Connection(
  {
    role: 'server',
    protection: packetProtection(portableCrypto, new Uint8Array(32)),
    asset: { code: 'XRP', scale: 9 },
    congestion: aimd(),
  },
  0,
).stats()

const account: AccountStats = {
  received: 0,
  forwarded: 0,
  fulfilled: 0,
  rejected: {},
  inFlight: 0,
  amountIn: 0n,
  amountOut: 0n,
}

const violations = (
  sender: Partial<ConnectionStats> = {},
  receiver: Partial<ConnectionStats> = {},
  accounts: { charged?: bigint; paid?: bigint } = {},
): string[] =>
  bookViolations({
    sender: { ...fresh, totalSent: 1000n, totalDelivered: 495n, minimumRate: decimalRatio('0.495'), ...sender },
    receiver: { ...fresh, totalReceived: 495n, ...receiver },
    senderAccount: { ...account, amountIn: accounts.charged ?? 1000n },
    receiverAccount: { ...account, amountOut: accounts.paid ?? 495n },
  })

test('books that balance have nothing to report', () => {
  expect(violations()).toEqual([])
  expect(violations({ minimumRate: undefined })).toEqual([])
})

test.each([
  [violations({ inFlight: { amount: 5n, packets: 1 } }), 'the sender has 5 in flight at the end'],
  [violations({}, {}, { charged: 1001n }), 'the sender says it spent 1000, its connector charged 1001'],
  [violations({}, {}, { paid: 490n }), 'the receiver says it got 495, its connector paid out 490'],
  [violations({ totalDelivered: 500n }), 'the sender believes 500 were delivered, the receiver got 495'],
  [violations({ minimumRate: decimalRatio('0.497') }), '495 delivered for 1000, the minimum rate promised 496'],
])('what does not add up is named: %j', (found, message) => {
  expect(found).toEqual([message])
})

test('one unit may be lost to rounding', () => {
  expect(violations({ minimumRate: decimalRatio('0.496') })).toEqual([])
})

const closed: ConnectionEvent = { type: 'closed', reason: { by: 'idleTimeout' } }
const streamClosed: ConnectionEvent = { type: 'streamClosed', streamId: 1, by: 'peer', errorCode: 1, errorMessage: '' }
const received = (amount: bigint, total: bigint): ConnectionEvent => {
  return { type: 'moneyReceived', streamId: 1, amount, total, id: 0 }
}

test('events in order have nothing to report', () => {
  const opened: ConnectionEvent = { type: 'streamOpened', streamId: 1 }
  expect(
    eventViolations([{ type: 'established' }, opened, received(5n, 5n), received(7n, 12n), streamClosed, closed]),
  ).toEqual([])
})

test.each<[ConnectionEvent[], string]>([
  [[closed, { type: 'readable', streamId: 1 }], 'closed is not the last event'],
  [[{ type: 'established' }, { type: 'established' }], 'established twice'],
  [[streamClosed, streamClosed], 'stream 1 closed twice'],
  [[streamClosed, { type: 'streamOpened', streamId: 1 }], 'stream 1 opened again'],
  [[received(5n, 5n), received(5n, 11n)], 'stream 1 received 10 and says 11'],
])('what is out of order is named: %#', (events, message) => {
  expect(eventViolations(events)).toEqual([message])
})
