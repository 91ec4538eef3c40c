import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import * as IlpPacket from 'ilp-packet'
import { describe, expect, test, vi } from 'vitest'
import type { DataAndMoneyStream } from '../src/index.js'
import { connected, once, record, settled } from './connected.js'
import { reject } from './plugin-pair.js'

/** Collects what arrives on the next stream of `on`, and resolves when it ends. */
function received(on: NodeJS.EventEmitter): Promise<Buffer> {
  return new Promise((resolve) => {
    on.once('stream', (stream: DataAndMoneyStream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => resolve(Buffer.concat(chunks)))
    })
  })
}

describe('data', () => {
  test('a stream is a Duplex', async () => {
    const { client } = await connected()
    expect(client.createStream()).toBeInstanceOf(Duplex)
  })

  test('has buffers of Node on streams that carry some, and on no others', async () => {
    const { client, served, nextStream } = await connected()
    const hasBuffers = (stream: DataAndMoneyStream): boolean => Object.hasOwn(stream, '_readableState')
    const opened = nextStream(served)
    const stream = client.createStream()
    await stream.sendTotal(100)
    const peers = await opened
    expect([stream, peers].map(hasBuffers)).toEqual([false, false])
    const arrived = once(peers, 'data')
    stream.write('now')
    expect(String((await arrived)[0])).toBe('now')
    expect([stream, peers].map(hasBuffers)).toEqual([true, true])
  })

  test('arrives in both directions, in order, whatever its size', async () => {
    const { client, served } = await connected()
    const payload = Buffer.alloc(400_000, 'af39', 'hex')
    served.on('stream', (stream: DataAndMoneyStream) => stream.pipe(stream))
    const stream = client.createStream()
    const back: Buffer[] = []
    stream.on('data', (chunk: Buffer) => back.push(chunk))
    const all = new Promise<void>((resolve) => {
      stream.on('data', () => Buffer.concat(back).length === payload.length && resolve())
    })
    stream.write(payload)
    await all
    expect(Buffer.concat(back).equals(payload)).toBe(true)
  })

  test('may be read with for await', async () => {
    const { client, served, nextStream } = await connected()
    const opened = nextStream(served)
    client.createStream().end('hello world')
    expect(await text(await opened)).toBe('hello world')
  })

  test('no packet carries more than 32767 bytes', async () => {
    const { client, served, clientPlugin } = await connected()
    const arrived = received(served)
    const stream = client.createStream()
    for (let i = 0; i < 60; i++) stream.write(Buffer.alloc(1000))
    stream.end()
    await arrived
    expect(Math.max(...clientPlugin.sent.map(({ data }) => data.length))).toBeLessThanOrEqual(32_767)
  })

  test('of a program that writes whenever it may fills every packet, and the rest leaves when it stops', async () => {
    const { client, served, clientPlugin, serverPlugin } = await connected()
    let bytes = 0
    const arrived = new Promise<void>((resolve) => {
      served.once('stream', (stream: DataAndMoneyStream) => {
        stream.on('data', (chunk: Buffer) => (bytes += chunk.length) === 20_000_000 && resolve())
      })
    })
    const stream = client.createStream()
    await settled(20)
    clientPlugin.sent.length = serverPlugin.sent.length = 0
    for (let i = 0; i < 200; i++) if (!stream.write(Buffer.alloc(100_000))) await once(stream, 'drain')
    await arrived
    const sizes = clientPlugin.sent.map(({ data }) => data.length)
    // Some are cut at the limit while the peer's window grows; of 614, a flush per turn or write would make over a hundred.
    expect(sizes.filter((size) => size < 32_000).length).toBeLessThan(20)
    // Limits travel in replies, but for a few that measure the round trip.
    expect(serverPlugin.sent.length).toBeLessThan(30)
  })

  test.each(['T00', 'F99'])('in a packet that a connector rejects with %s is sent again, in order', async (code) => {
    const { client, served, clientPlugin } = await connected()
    const arrived = received(served)
    clientPlugin.answerNext(() => reject(code, 'uh oh'))
    const stream = client.createStream()
    for (let i = 0; i < 40; i++) stream.write(Buffer.alloc(1000, i))
    stream.end()
    const data = await arrived
    expect(data.length).toBe(40_000)
    for (let i = 0; i < 40; i++) expect(data[i * 1000]).toBe(i)
  })

  test('is not lost when end() comes with it and the packet is rejected (D2)', async () => {
    const { client, served, clientPlugin } = await connected()
    const arrived = received(served)
    clientPlugin.answerNext(
      () => reject('T00'),
      () => reject('T01'),
    )
    client.createStream().end(Buffer.alloc(5000, 7))
    expect((await arrived).equals(Buffer.alloc(5000, 7))).toBe(true)
  })

  test('readableLength and writableLength tell what waits', async () => {
    const { client, served, nextStream } = await connected()
    const opened = nextStream(served)
    const stream = client.createStream()
    stream.write('hello')
    expect(stream.writableLength).toBe(5)
    const peer = await opened
    await settled()
    expect(stream.writableLength).toBe(0)
    expect(peer.readableLength).toBe(5)
    expect(peer.read(2)?.toString()).toBe('he')
    expect(peer.readableLength).toBe(3)
  })

  test('a peer that does not read stops the writer', async () => {
    const { client, nextStream, served } = await connected({ server: { connectionBufferSize: 20_000 } })
    const opened = nextStream(served)
    const stream = client.createStream()
    const chunk = Buffer.alloc(16_384)
    let written = 0
    while (written < 10_000_000) {
      written += chunk.length
      if (!stream.write(chunk)) {
        const drained = once(stream, 'drain')
        if ((await Promise.race([drained, settled(20).then(() => 'stuck')])) === 'stuck') break
      }
    }
    expect(written).toBeLessThan(1_000_000)
    const peer = await opened
    let arrived = 0
    peer.on('data', (data: Buffer) => (arrived += data.length))
    const ended = once(peer, 'end')
    stream.end()
    await ended
    expect(arrived).toBe(written)
  })

  test('with padding every packet is exactly 32767 bytes', async () => {
    const { client, served, clientPlugin, serverPlugin } = await connected({
      client: { enablePadding: true },
      server: { enablePadding: true },
    })
    const replies: Buffer[] = []
    const forward = clientPlugin.forward.bind(clientPlugin)
    clientPlugin.forward = async (prepare) => {
      const reply = await forward(prepare)
      replies.push(reply)
      return reply
    }
    const arrived = received(served)
    const stream = client.createStream()
    await stream.sendTotal(100)
    stream.end('data')
    await arrived
    await client.end()
    for (const { data } of [...clientPlugin.sent, ...serverPlugin.sent]) expect(data.length).toBe(32_767)
    for (const bytes of replies.filter((reply) => reply[0] === IlpPacket.Type.TYPE_ILP_FULFILL)) {
      expect(IlpPacket.deserializeIlpFulfill(bytes).data.length).toBe(32_767)
    }
  })
})

describe('the end of a stream', () => {
  test('one that sent nothing is never announced to the peer', async () => {
    const { client, served } = await connected()
    const announced = vi.fn()
    served.on('stream', announced)
    const stream = client.createStream()
    const ended = once(stream, 'end')
    stream.end()
    await ended
    await settled()
    expect(announced).not.toHaveBeenCalled()
  })

  test('commands after it are refused at once when nothing was pending', async () => {
    const { client } = await connected()
    const stream = client.createStream()
    stream.end()
    expect(stream.isOpen()).toBe(false)
    expect(() => stream.setSendMax(400)).toThrow('Stream already closed')
    expect(() => stream.setReceiveMax(400)).toThrow('Stream already closed')
    await expect(stream.sendTotal(300)).rejects.toThrow('Stream already closed')
    await expect(stream.receiveTotal(300)).rejects.toThrow('Stream already closed')
  })

  test('it waits for money that is still to be sent', async () => {
    const { client, served } = await connected({ rate: 0.5 })
    const stream = client.createStream()
    stream.setSendMax(5000)
    stream.end()
    await once(stream, 'end')
    expect(stream.totalSent).toBe('5000')
    expect(served.totalReceived).toBe('2500')
  })

  test('it comes with what was sent when the peer takes no more', async () => {
    const { client } = await connected({ receiveMax: false })
    const stream = client.createStream()
    stream.setSendMax(1000)
    stream.end()
    await once(stream, 'end')
    expect(stream.totalSent).toBe('0')
  })

  test('reaches the peer, with a reader and without', async () => {
    const { client, served } = await connected()
    const ended: number[] = []
    for (const withReader of [true, false]) {
      const peerEnded = new Promise<void>((resolve) => {
        served.once('stream', (stream: DataAndMoneyStream) => {
          if (withReader) stream.on('data', () => {})
          stream.on('end', () => resolve(void ended.push(stream.id)))
        })
      })
      client.createStream().end('some data')
      await peerEnded
    }
    expect(ended).toEqual([1, 3])
  })

  test('is told locally before the peer hears of it', async () => {
    const { client, served, clientPlugin } = await connected()
    const order: string[] = []
    const peerEnded = new Promise<void>((resolve) => {
      served.once('stream', (stream: DataAndMoneyStream) => {
        record(order, stream.resume(), 'peer', 'end')
        stream.on('end', resolve)
      })
    })
    clientPlugin.answerNext(
      () => undefined,
      () => reject('T00'),
    )
    const stream = client.createStream()
    record(order, stream, 'local', 'end')
    stream.end('hello')
    await peerEnded
    expect(order).toEqual(['local end', 'peer end'])
  })

  test('every event comes once, close last and after the data', async () => {
    const { client, served } = await connected()
    const order: string[] = []
    const peerClosed = new Promise<void>((resolve) => {
      served.once('stream', (stream: DataAndMoneyStream) => {
        record(order, stream, 'peer', 'data', 'end', 'finish', 'close')
        stream.on('close', resolve)
      })
    })
    const stream = client.createStream()
    record(order, stream.resume(), 'local', 'end', 'finish', 'close')
    const closed = once(stream, 'close')
    stream.end('hello')
    await Promise.all([peerClosed, closed])
    await settled()
    expect(order.filter((event) => event.startsWith('peer'))).toEqual([
      'peer data',
      'peer end',
      'peer finish',
      'peer close',
    ])
    expect(order.filter((event) => event.startsWith('local')).sort()).toEqual([
      'local close',
      'local end',
      'local finish',
    ])
    expect(order.filter((event) => event.startsWith('local')).at(-1)).toBe('local close')
  })

  test('data nobody has read yet can be read after it', async () => {
    const { client, served, nextStream } = await connected()
    const opened = nextStream(served)
    client.createStream().end('late reader')
    const peer = await opened
    await once(peer, 'end')
    const chunks: Buffer[] = []
    peer.on('data', (chunk: Buffer) => chunks.push(chunk))
    await settled()
    expect(Buffer.concat(chunks).toString()).toBe('late reader')
  })

  test('a slow reader gets everything before end and close', async () => {
    const { client, served, nextStream } = await connected()
    const opened = nextStream(served)
    const payload = Buffer.alloc(60_000, 'xyz')
    const stream = client.createStream()
    stream.end(payload)
    const peer = await opened
    const chunks: Buffer[] = []
    for await (const chunk of peer) {
      chunks.push(chunk as Buffer)
      await settled(2)
    }
    expect(Buffer.concat(chunks).equals(payload)).toBe(true)
  })

  test('the connection goes on without it', async () => {
    const { client, served } = await connected({ rate: 1 })
    const first = client.createStream()
    await first.sendTotal(10)
    first.end()
    const second = client.createStream()
    await second.sendTotal(20)
    expect(served.totalReceived).toBe('30')
  })

  test('a StreamClose that is rejected is sent again', async () => {
    const { client, served, clientPlugin } = await connected()
    const arrived = received(served)
    const answers = [() => undefined, () => reject('F99'), () => reject('F99', 'second')]
    clientPlugin.answerNext(...answers)
    client.createStream().end('hello')
    expect((await arrived).toString()).toBe('hello')
  })
})

describe('destroying a stream', () => {
  test('emits end and close, and lets no more money go', async () => {
    const { client, served } = await connected()
    const stream = client.createStream()
    const order: string[] = []
    record(order, stream, 'local', 'end', 'close')
    stream.setSendMax(1000)
    stream.destroy()
    await once(stream, 'close')
    await settled()
    expect(order).toEqual(['local end', 'local close'])
    expect(stream.totalSent).toBe('0')
    expect(stream.isOpen()).toBe(false)
    expect(served.totalReceived).toBe('0')
  })

  test('with an error reaches the peer as an ApplicationError with its message', async () => {
    const { client, served } = await connected()
    const failed = new Promise<Error>((resolve) => {
      served.once('stream', (stream: DataAndMoneyStream) => stream.on('error', resolve))
    })
    const stream = client.createStream()
    const locally = once(stream, 'error')
    await stream.sendTotal(1000)
    stream.destroy(new Error('oops, something went wrong'))
    expect(await failed).toMatchObject({ name: 'ApplicationError', message: 'oops, something went wrong' })
    expect((await locally)[0]).toMatchObject({ message: 'oops, something went wrong' })
  })

  test('with an error ends no process where nobody listens for it (C3)', async () => {
    const { client, served, nextStream } = await connected()
    const opened = nextStream(served)
    const stream = client.createStream()
    await stream.sendTotal(10)
    stream.destroy(new Error('nobody listens'))
    const peer = await opened
    await once(peer, 'close')
    expect(peer.isOpen()).toBe(false)
    await client.createStream().sendTotal(10)
  })

  test('fails the writes that come after it', async () => {
    const { client } = await connected()
    const stream = client.createStream()
    stream.destroy()
    const written = new Promise((resolve) => stream.write('hello', resolve))
    expect(await written).toMatchObject({ message: 'Cannot call write after a stream was destroyed' })
  })
})

test('a write after the end fails, through its callback and as an error, and takes nothing back', async () => {
  const { client, served } = await connected()
  const arrived = received(served)
  const stream = client.createStream()
  const failed = once(stream, 'error')
  stream.end('hello')
  const written = new Promise((resolve) => stream.write('more', resolve))
  expect(await written).toMatchObject({ message: 'write after end' })
  expect((await failed)[0]).toMatchObject({ message: 'write after end' })
  expect((await arrived).toString()).toBe('hello')
})
