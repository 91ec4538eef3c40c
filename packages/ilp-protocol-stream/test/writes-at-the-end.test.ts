import { describe, expect, test } from 'vitest'
import { connected, once } from './connected.js'

describe('when the peer ends a stream, writes that have not left', () => {
  test('are all called back, also those that wait behind another, and the stream closes', async () => {
    const { client, served, nextStream } = await connected()
    const accepted = nextStream(served)
    const stream = client.createStream()
    const closed = once(stream, 'close')
    const done = [500_000, 10, 10].map(
      (length) => new Promise((resolve) => stream.write(Buffer.alloc(length), () => resolve(length))),
    )
    const peer = await accepted
    peer.end()
    expect(await Promise.all(done)).toEqual([500_000, 10, 10])
    await closed
    expect(stream.destroyed).toBe(true)
  })

  test('are called back also where bytes of the peer wait to be read', async () => {
    const { client, served, nextStream } = await connected()
    const accepted = nextStream(served)
    const stream = client.createStream()
    const done = [500_000, 10].map(
      (length) => new Promise((resolve) => stream.write(Buffer.alloc(length), () => resolve(length))),
    )
    const peer = await accepted
    peer.end(Buffer.from('unread'))
    expect(await Promise.all(done)).toEqual([500_000, 10])
    const closed = once(stream, 'close')
    stream.resume()
    await closed
    expect(stream.destroyed).toBe(true)
  })
})
