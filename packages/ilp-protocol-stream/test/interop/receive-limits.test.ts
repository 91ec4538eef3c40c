import { describe, expect, test } from 'vitest'
import { ours, predecessor } from './peers.js'
import { across, describeCases, describePairings, ends, expectBooksToBalance, nextEvent, session } from './session.js'

describeCases(({ transport, ...pairing }) => {
  describe.each([0.5, 1])('at a rate of %s', (rate) => {
    test.each(ends)('the %s fills a receiveMax to the unit, and no further', async (sender) => {
      const connected = await session(pairing, { transport, rate: sender === 'client' ? rate : 1 / rate })
      const { local, remote } = connected.open(sender)
      const filled = remote.then(async (stream) => {
        await stream.receiveTotal(3333)
        return stream
      })
      local.setSendMax(20_000)
      const receiver = await filled
      expect(receiver.totalReceived).toBe('3333')
      expect(connected[across(sender)].totalReceived).toBe('3333')

      // What is raised can be used, so nothing was lost before.
      await receiver.receiveTotal(5000)
      expect(receiver.totalReceived).toBe('5000')
      await connected.client.destroy()
      expectBooksToBalance(connected)
    })
  })
})

describe('where no amount fills the limit exactly, 1000 at a rate of 3.7', () => {
  const rate = 3.7

  test.each([ours, predecessor])('ours stops short of it, receiver $name', async (server) => {
    const connected = await session({ client: ours, server }, { rate })
    const { local, remote } = connected.open('client')
    local.setSendMax(20_000)
    const receiver = await remote
    receiver.setReceiveMax(1000)
    while (Number(receiver.totalReceived) < 999) await nextEvent(receiver, 'money')
    local.end()
    await nextEvent(receiver, 'end')
    expect(receiver.totalReceived).toBe('999')
    expectBooksToBalance(connected)
  })

  test('the predecessor rounds up, and is refused until the limit is raised', async () => {
    const connected = await session({ client: predecessor, server: ours }, { rate })
    const { local, remote } = connected.open('client')
    const sent = local.sendTotal(271)
    const receiver = await remote
    receiver.setReceiveMax(1000)
    await connected.path.server.refusals(10)
    expect(receiver.totalReceived).toBe('0')

    receiver.setReceiveMax(1002)
    await sent
    expect(receiver.totalReceived).toBe('1002')
    expectBooksToBalance(connected)
  })

  test('the predecessor rounds up, and is let by a tolerance', async () => {
    const connected = await session(
      { client: predecessor, server: ours },
      { rate, serverOptions: { receiveMaxTolerance: '0.01' } },
    )
    const { local, remote } = connected.open('client')
    local.setSendMax(20_000)
    await (await remote).receiveTotal(1000)
    expect(connected.server.totalReceived).toBe('1002')
    await connected.client.destroy()
    expectBooksToBalance(connected)
  })
})

describePairings((pairing) => {
  test.each(ends)('the %s waits for a limit above 0 before it sends', async (sender) => {
    const connected = await session(pairing)
    const { local, remote } = connected.open(sender)
    const sent = local.sendTotal(5000)
    const receiver = await remote
    expect(receiver.totalReceived).toBe('0')
    receiver.setReceiveMax(2000)
    await nextEvent(receiver, 'money')
    receiver.setReceiveMax(5000)
    await sent
    expect(receiver.totalReceived).toBe('5000')
    expectBooksToBalance(connected)
  })

  test.each(ends)('the %s sends all it wants to where the limit is infinite', async (sender) => {
    const connected = await session(pairing, { rate: 0.5 })
    const { local, remote } = connected.open(sender)
    void remote.then((stream) => stream.setReceiveMax(Infinity))
    await local.sendTotal(5000)
    expectBooksToBalance(connected)
  })
})
