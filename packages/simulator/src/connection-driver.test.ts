import { Connection, type ConnectionEvent } from '@stream/connection'
import { packetProtection } from '@stream/crypto'
import { portableCrypto } from '@stream/crypto/portable'
import { aimd } from '@stream/flow'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { expect, test } from 'vitest'
import { ConnectionDriver } from './connection-driver.js'
import { Scheduler, SimulationStuckError } from './scheduler.js'

const connect = () => {
  const scheduler = new Scheduler(1000)
  const sent: { prepare: IlpPrepare; onReply: (reply: IlpReply) => void }[] = []
  const events: ConnectionEvent[] = []
  const connection = new Connection(
    {
      role: 'client',
      protection: packetProtection(portableCrypto, new Uint8Array(32)),
      asset: { code: 'XRP', scale: 9 },
      localAddress: 'test.alice',
      peerAddress: 'test.bob',
      congestion: aimd(),
      timeouts: { idle: 5000, close: 100 },
    },
    scheduler.now,
  )
  const driver = new ConnectionDriver(
    connection,
    (prepare, onReply) => sent.push({ prepare, onReply }),
    scheduler,
    (event) => events.push(event),
  )
  return { scheduler, sent, events, connection, driver }
}

test('a change sends what it leads to, with an expiry on the virtual clock', () => {
  const { sent, driver } = connect()
  expect(driver.run((connection) => connection.openStream())).toBe(1)
  driver.run((connection) => connection.write(1, Uint8Array.of(1)))
  expect(sent.length).toBeGreaterThan(0)
  expect(sent[0]?.prepare).toMatchObject({ destination: 'test.bob', expiresAt: 31_000 })
})

test('the connection is woken when it asked to be: it ends when nobody ever answers', () => {
  const { scheduler, events, driver } = connect()
  driver.run((connection) => connection.openStream())
  scheduler.run()
  expect(events.at(-1)).toMatchObject({ type: 'closed' })
  expect(scheduler.now).toBeGreaterThanOrEqual(6000)
})

test('every Prepare is answered once, and one for nobody with a Reject', () => {
  const { driver } = connect()
  const replies: IlpReply[] = []
  const prepare: IlpPrepare = {
    amount: 0n,
    destination: 'test.alice',
    executionCondition: new Uint8Array(32),
    expiresAt: 20_000,
    data: Uint8Array.of(1, 2, 3),
  }
  driver.receive(prepare, (reply) => replies.push(reply))
  driver.receive(prepare, (reply) => replies.push(reply))
  expect(replies.map((reply) => reply.type)).toEqual(['reject', 'reject'])
})

test('a connection that never comes to rest is found', () => {
  const { scheduler, connection } = connect()
  const restless = new Proxy(connection, {
    get: (target, name) =>
      name === 'pollOutput' ? () => ({ type: 'event', event: { type: 'established' } }) : Reflect.get(target, name),
  })
  const driver = new ConnectionDriver(
    restless,
    () => {},
    scheduler,
    () => {},
  )
  expect(() => driver.run(() => {})).toThrow(SimulationStuckError)
})
