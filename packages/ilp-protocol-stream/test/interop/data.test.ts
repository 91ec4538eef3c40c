import { expect, test } from 'vitest'
import type { PeerStream } from './peers.js'
import {
  across,
  describeCases,
  ends,
  expectBooksToBalance,
  hash,
  nextEvent,
  readBytes,
  readToEnd,
  session,
  someBytes,
} from './session.js'

const MEBIBYTE = 1 << 20

describeCases(({ transport, ...pairing }) => {
  test.each(ends)('a mebibyte sent by the %s arrives whole, and then the stream ends', async (sender) => {
    const connected = await session(pairing, { transport })
    const { local, remote } = connected.open(sender)
    const arriving = remote.then(readToEnd)
    const bytes = someBytes(MEBIBYTE)
    local.end(bytes)
    const arrived = await arriving
    expect(arrived.length).toBe(MEBIBYTE)
    expect(hash(arrived)).toBe(hash(bytes))
    expect(connected.path.client.paid + connected.path.server.paid).toBe(0n)
  })

  test('money and data go both ways at once on one stream', async () => {
    const connected = await session(pairing, { transport, rate: 0.5 })
    const { local, remote } = connected.open('client')
    const there = someBytes(100_000, 1)
    const back = someBytes(100_000, 2)
    local.setReceiveMax(1_000_000)
    const server = remote.then(async (stream) => {
      stream.setReceiveMax(1_000_000)
      stream.write(back)
      const [bytes] = await Promise.all([readBytes(stream, there.length), stream.sendTotal(10_000)])
      return bytes
    })
    local.write(there)
    const [arrivedBack, arrivedThere] = await Promise.all([
      readBytes(local, back.length),
      server,
      local.sendTotal(10_000),
    ])
    expect(hash(arrivedThere)).toBe(hash(there))
    expect(hash(arrivedBack)).toBe(hash(back))
    expect(connected.client).toMatchObject({ totalSent: '10000', totalDelivered: '5000', totalReceived: '20000' })
    expect(connected.server).toMatchObject({ totalSent: '10000', totalDelivered: '20000', totalReceived: '5000' })
    expectBooksToBalance(connected)
  })

  test.each(ends)('ten streams opened by the %s carry data and money at once, none the other’s', async (sender) => {
    const connected = await session(pairing, { transport })
    const sent = new Map<number, { bytes: string; amount: string }>()
    const arrived = new Map<number, { bytes: string; amount: string }>()
    const receivers: Promise<unknown>[] = []
    const length = 30_000
    connected[across(sender)].on('stream', (stream: PeerStream) => {
      stream.setReceiveMax(1_000_000)
      const amount = nextEvent<string>(stream, 'money')
      const bytes = readBytes(stream, length)
      const both = Promise.all([bytes, amount])
      receivers.push(both.then((all) => arrived.set(stream.id, { bytes: hash(all[0]), amount: all[1] })))
    })
    const senders = Array.from({ length: 10 }, (_, index) => {
      const stream = connected[sender].createStream()
      const bytes = someBytes(length, index)
      const amount = 70 + index
      sent.set(stream.id, { bytes: hash(bytes), amount: String(amount) })
      stream.write(bytes)
      return stream.sendTotal(amount)
    })
    await Promise.all(senders)
    expect(receivers).toHaveLength(10)
    await Promise.all(receivers)
    expect(arrived).toEqual(sent)
    expectBooksToBalance(connected)
  })

  test.each(ends)(
    'streams of the %s that end one after another carry more than a connection’s window',
    async (sender) => {
      const connected = await session(pairing, { transport })
      for (let count = 1; count <= 20; count++) {
        const { local, remote } = connected.open(sender)
        const arriving = remote.then(readToEnd)
        const bytes = someBytes(10_000, count)
        const closed = nextEvent(local, 'close')
        local.end(bytes)
        expect(hash(await arriving)).toBe(hash(bytes))
        await closed
      }
    },
  )

  test.each(ends)('data from the %s waits for a reader that is slow to come', async (sender) => {
    const connected = await session(pairing, { transport })
    const { local, remote } = connected.open(sender)
    const bytes = someBytes(MEBIBYTE)
    local.end(bytes)
    const stream = await remote
    // All that may come without a reader has come when money written later has passed it.
    const other = connected.open(sender)
    void other.remote.then((witness) => witness.setReceiveMax(1000))
    await other.local.sendTotal(1000)
    expect(stream.readableLength).toBeLessThan(bytes.length)
    expect(hash(await readToEnd(stream))).toBe(hash(bytes))
  })
})
