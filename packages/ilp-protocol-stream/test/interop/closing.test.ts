import type { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { PeerConnection, PeerStream } from './peers.js'
import {
  across,
  describeCases,
  describePairings,
  ends,
  expectBooksToBalance,
  hash,
  nextEvent,
  readToEnd,
  session,
  someBytes,
} from './session.js'

/** Notes which of the events come, in their order. */
function events(emitter: EventEmitter, ...names: string[]): string[] {
  const seen: string[] = []
  for (const name of names) emitter.on(name, () => seen.push(name))
  return seen
}

const settled = (connection: PeerConnection) => nextEvent(connection, 'close')

describeCases(({ transport, ...pairing }) => {
  test.each(ends)(
    'a stream that its opener, the %s, ends is ended at both ends; the connection goes on',
    async (opener) => {
      const connected = await session(pairing, { transport })
      const { local, remote } = connected.open(opener)
      const receiver = remote.then((stream) => {
        stream.setReceiveMax(10_000)
        const seen = events(stream.resume(), 'end', 'close', 'error')
        return { stream, seen, closed: nextEvent(stream, 'close') }
      })
      await local.sendTotal(500)
      const { stream, seen, closed } = await receiver
      const localSeen = events(local.resume(), 'end', 'close', 'error')
      const localClosed = nextEvent(local, 'close')
      local.end()
      await Promise.all([closed, localClosed])
      expect(seen).toEqual(['end', 'close'])
      expect(localSeen).toEqual(['end', 'close'])
      expect(local.isOpen()).toBe(false)
      expect(stream.isOpen()).toBe(false)

      const second = connected.open(opener)
      void second.remote.then((other) => other.setReceiveMax(10_000))
      await second.local.sendTotal(500)
      expectBooksToBalance(connected)
    },
  )

  test.each(ends)('a stream that the %s opened may be ended by the other end', async (opener) => {
    const connected = await session(pairing, { transport })
    const { local, remote } = connected.open(opener)
    const localClosed = nextEvent(local.resume(), 'close')
    const receiver = remote.then((stream) => (stream.setReceiveMax(10_000), stream))
    await local.sendTotal(500)
    const stream = await receiver
    const closed = nextEvent(stream.resume(), 'close')
    stream.end()
    await Promise.all([closed, localClosed])
    expect(local.isOpen()).toBe(false)
    expect(connected[across(opener)].totalReceived).toBe('500')
  })

  test.each(ends)(
    'a stream destroyed by the %s ends with an error of the application at the other end',
    async (end) => {
      const connected = await session(pairing, { transport })
      const { local, remote } = connected.open(end)
      const receiver = remote.then((stream) => {
        stream.setReceiveMax(10_000)
        return { failed: nextEvent<Error>(stream, 'error'), closed: nextEvent(stream, 'close') }
      })
      await local.sendTotal(500)
      const { failed, closed } = await receiver
      local.destroy(new Error('no longer wanted'))
      const error = await failed
      expect(error.name).toBe('ApplicationError')
      expect(error.message).toBe('no longer wanted')
      await closed
    },
  )

  test.each(ends)('`end()` by the %s ends both ends, each with `end` and then `close`, once', async (end) => {
    const connected = await session(pairing, { transport })
    const { local, remote } = connected.open(end)
    void remote.then((stream) => stream.setReceiveMax(10_000))
    await local.sendTotal(500)
    const seen = ends.map((each) => events(connected[each], 'end', 'close', 'error'))
    const bothClosed = ends.map((each) => settled(connected[each]))
    await connected[end].end()
    await Promise.all(bothClosed)
    expect(seen).toEqual([
      ['end', 'close'],
      ['end', 'close'],
    ])
    expectBooksToBalance(connected)
  })

  test.each(ends)('`end()` by the %s sends first what its streams still have', async (end) => {
    const connected = await session(pairing, { transport })
    const { local, remote } = connected.open(end)
    const bytes = someBytes(40_000)
    const arriving = remote.then(async (stream) => {
      stream.setReceiveMax(10_000)
      return { arrived: await readToEnd(stream), stream }
    })
    local.setSendMax(5500)
    local.write(bytes)
    const closed = settled(connected[across(end)])
    await connected[end].end()
    const { arrived, stream } = await arriving
    await closed
    expect(hash(arrived)).toBe(hash(bytes))
    expect(stream.totalReceived).toBe('5500')
    expectBooksToBalance(connected)
  })

  test.each(ends)('`destroy(error)` by the %s tells the other end its code and message', async (end) => {
    const connected = await session(pairing, { transport })
    const { local, remote } = connected.open(end)
    const receiver = remote.then(
      (stream) => (stream.setReceiveMax(10_000), { stream, closed: nextEvent(stream, 'close') }),
    )
    await local.sendTotal(500)
    const { stream, closed } = await receiver
    const peer = connected[across(end)]
    const failed = nextEvent<Error>(peer, 'error')
    const seen = events(peer, 'end', 'error', 'close')
    const peerClosed = settled(peer)
    await connected[end].destroy(new Error('out of order'))
    expect((await failed).message).toBe('Remote connection error. Code: InternalError, message: out of order')
    await Promise.all([closed, peerClosed])
    expect(stream.destroyed).toBe(true)
    expect(local.destroyed).toBe(true)
    expect(seen).toEqual(['error', 'close'])
  })

  test('closing the server ends its connections', async () => {
    const connected = await session(pairing, { transport })
    const seen = events(connected.client, 'end', 'close', 'error')
    const closed = settled(connected.client)
    await connected.listener.close()
    await closed
    expect(seen).toEqual(['end', 'close'])
  })
})

describePairings((pairing) => {
  test.each(ends)('a connection that nobody uses ends at the %s by its idle timeout', async (end) => {
    const connected = await session(pairing, { [`${end}Options`]: { idleTimeout: 50 } })
    const { local, remote } = connected.open('client')
    void remote.then((stream) => stream.setReceiveMax(10_000))
    const failed = nextEvent<Error>(connected[end], 'error')
    const seen = events(connected[end], 'end', 'error', 'close')
    const closed = settled(connected[end])
    await local.sendTotal(500)
    expect((await failed).message).toBe('Connection timed out due to inactivity')
    await closed
    expect(seen).toEqual(['error', 'close'])
  })

  test.each(ends)(
    'a payment of the %s that the other end cuts off stops where the other end stopped',
    async (sender) => {
      const connected = await session(pairing)
      const { local, remote } = connected.open(sender)
      const receiver = remote.then((stream: PeerStream) => {
        stream.setReceiveMax(1_000_000)
        stream.on('money', () => Number(stream.totalReceived) >= 3000 && stream.destroy(new Error('enough')))
        return stream
      })
      await expect(local.sendTotal(100_000)).rejects.toThrow(/before the desired amount was sent/)
      expect(Number((await receiver).totalReceived)).toBeGreaterThanOrEqual(3000)
      await connected.client.destroy()
      expectBooksToBalance(connected)
    },
  )
})
