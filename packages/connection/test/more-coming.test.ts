import { describe, expect, test } from 'vitest'
import { pattern } from './disorder.js'
import { Pair } from './pair.js'

/** A client with a stream that its server reads, and how many packets it has sent since. */
function writing(sendBuffer?: number) {
  const pair = new Pair({ client: { limits: { sendBuffer } } })
  const got = pair.accept('server')
  pair.drive(1_000)
  const id = pair.run('client', (client) => client.openStream())!
  const before = pair.sent.client.length
  return { pair, id, bytes: () => got.get(id) ?? [], packets: () => pair.sent.client.length - before }
}

describe('bytes of which more are coming', () => {
  test('wait for the others, and for no longer than a flush', () => {
    const { pair, id, bytes, packets } = writing()
    for (let i = 0; i < 10; i++) pair.run('client', (client) => client.write(id, pattern(100, i), true))
    pair.drive(1_000)
    expect(packets()).toBe(0)
    pair.run('client', (client) => client.flush(id))
    pair.drive(1_000)
    expect(bytes()).toEqual(Array.from({ length: 10 }, (_, i) => [...pattern(100, i)]).flat())
    expect(packets()).toBe(1)
  })

  test('leave with a write that is the last for now', () => {
    const { pair, id, bytes, packets } = writing()
    pair.run('client', (client) => client.write(id, pattern(100), true))
    pair.run('client', (client) => client.write(id, pattern(50)))
    pair.drive(1_000)
    expect(bytes()).toHaveLength(150)
    expect(packets()).toBe(1)
  })

  test('are flushed by the close of their stream', () => {
    const { pair, id, bytes } = writing()
    pair.run('client', (client) => client.write(id, pattern(100), true))
    pair.run('client', (client) => client.closeStream(id))
    pair.drive(1_000)
    expect(bytes()).toHaveLength(100)
    expect(pair.eventsOf('server', 'streamClosed')).toHaveLength(1)
  })

  test('leave when there is no room for more of them', () => {
    const { pair, id, bytes } = writing(10_000)
    expect(pair.run('client', (client) => client.write(id, pattern(12_000), true))).toBe(10_000)
    pair.drive(1_000)
    expect(bytes()).toHaveLength(10_000)
    expect(pair.eventsOf('client', 'writable')).toHaveLength(1)
  })

  test('are nothing to a stream that does not wait, or is no more', () => {
    const { pair, id, packets } = writing()
    pair.run('client', (client) => client.flush(id))
    pair.run('client', (client) => client.flush(99))
    pair.drive(1_000)
    expect(packets()).toBe(0)
  })
})
