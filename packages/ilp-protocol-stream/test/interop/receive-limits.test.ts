import { describe, expect, test } from 'vitest'
import { across, describeCases, ends, expectBooksToBalance, session } from './session.js'
import { ours } from './peers.js'

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
