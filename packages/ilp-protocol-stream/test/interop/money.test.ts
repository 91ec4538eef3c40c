import { expect, test } from 'vitest'
import { across, describeCases, ends, expectBooksToBalance, nextStream, session } from './session.js'

describeCases(({ transport, ...pairing }) => {
  test.each(ends)('money sent by the %s arrives, and both ends count the same', async (sender) => {
    const connected = await session(pairing, { transport, rate: 0.5 })
    const { local, remote } = connected.open(sender)
    const receiver = remote.then((stream) => (stream.setReceiveMax(100_000), stream))
    await local.sendTotal(20_000)
    const delivered = sender === 'client' ? '10000' : '40000'
    expect(local.totalSent).toBe('20000')
    expect(connected[sender].totalSent).toBe('20000')
    expect(connected[sender].totalDelivered).toBe(delivered)
    expect((await receiver).totalReceived).toBe(delivered)
    expect(connected[across(sender)].totalReceived).toBe(delivered)
    expectBooksToBalance(connected)
  })

  test('money goes both ways at once on one stream', async () => {
    const connected = await session(pairing, { transport, rate: 0.5 })
    const { local, remote } = connected.open('client')
    local.setReceiveMax(1_000_000)
    const answer = remote.then(async (stream) => {
      stream.setReceiveMax(1_000_000)
      await stream.sendTotal(10_000)
    })
    await Promise.all([local.sendTotal(10_000), answer])
    expect(connected.client).toMatchObject({ totalSent: '10000', totalDelivered: '5000', totalReceived: '20000' })
    expect(connected.server).toMatchObject({ totalSent: '10000', totalDelivered: '20000', totalReceived: '5000' })
    expectBooksToBalance(connected)
  })

  test.each(ends)('ten streams opened by the %s at once get what is theirs each', async (sender) => {
    const connected = await session(pairing, { transport, rate: 1 })
    const received = new Map<number, string>()
    connected[across(sender)].on('stream', (stream) => {
      stream.setReceiveMax(1_000_000)
      stream.on('money', () => received.set(stream.id, stream.totalReceived))
    })
    const amounts = Array.from({ length: 10 }, (_, index) => 1000 + 500 * index)
    const streams = amounts.map(() => connected[sender].createStream())
    await Promise.all(streams.map((stream, index) => stream.sendTotal(amounts[index] ?? 0)))
    expect(received).toEqual(new Map(streams.map(({ id }, index) => [id, String(amounts[index])])))
    expect(connected[sender]).toMatchObject({ totalSent: '32500', totalDelivered: '32500' })
    expectBooksToBalance(connected)
  })

  test.each(ends)('the %s opens thirty streams one after another', async (sender) => {
    const connected = await session(pairing, { transport, rate: 1 })
    for (let count = 1; count <= 30; count++) {
      const arriving = nextStream(connected[across(sender)])
      const stream = connected[sender].createStream()
      const received = arriving.then(async (remote) => {
        const ended = new Promise((resolve) => remote.once('end', resolve).resume())
        await remote.receiveTotal(100)
        await ended
        return remote.totalReceived
      })
      await stream.sendTotal(100)
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.end()
      expect(await received).toBe('100')
      await closed
    }
    expect(connected[sender].totalSent).toBe('3000')
    expectBooksToBalance(connected)
  })
})
