import { describe, expect, test } from 'vitest'
import { RefusalError } from '../../src/index.js'
import { ours, predecessor } from './peers.js'
import {
  across,
  describeCases,
  describePairings,
  ends,
  expectBooksToBalance,
  hash,
  readBytes,
  session,
  someBytes,
  type SessionOptions,
} from './session.js'

const padded = { enablePadding: true }
/** Bytes of data that fill an ILP packet. */
const FULL = 32_767

describeCases(({ transport, ...pairing }) => {
  test('the connection tag reaches the server', async () => {
    const tag = 'invoice-42_~.,/ {"json": true}'
    const { server } = await session(pairing, { transport, credentials: { connectionTag: tag } })
    expect(server.connectionTag).toBe(tag)
  })

  describe.each<{ where: string; options: SessionOptions }>([
    { where: 'the client', options: { clientOptions: padded } },
    { where: 'the server', options: { serverOptions: padded } },
    { where: 'both ends', options: { clientOptions: padded, serverOptions: padded } },
  ])('with padding at $where', ({ options }) => {
    test('money and data go both ways', async () => {
      const connected = await session(pairing, { transport, rate: 0.5, ...options })
      const { local, remote } = connected.open('client')
      const bytes = someBytes(50_000)
      local.setReceiveMax(1_000_000)
      const server = remote.then(async (stream) => {
        stream.setReceiveMax(1_000_000)
        const arrived = await readBytes(stream, bytes.length)
        stream.write(arrived)
        await stream.sendTotal(3000)
      })
      local.write(bytes)
      const echo = readBytes(local, bytes.length)
      await Promise.all([local.sendTotal(5000), server])
      expect(hash(await echo)).toBe(hash(bytes))
      expect(connected.client).toMatchObject({ totalSent: '5000', totalDelivered: '2500', totalReceived: '6000' })
      expectBooksToBalance(connected)
      for (const end of ends) {
        // The predecessor does not pad its probes and its close.
        if (!options[`${end}Options`]?.enablePadding || pairing[end] === predecessor) continue
        expect(new Set(connected.path[end].dataLengths)).toEqual(new Set([FULL]))
      }
    })
  })
})

describePairings((pairing) => {
  test.each(ends)('what the application at the receiving end declines is not paid, sender the %s', async (sender) => {
    let offered = 0n
    let left = 3
    let onEnough: () => void
    const declinedThrice = new Promise<void>((resolve) => (onEnough = resolve))
    const shouldFulfill = async (amount: { toString(): string }): Promise<void> => {
      offered += BigInt(amount.toString())
      if (offered <= 3000n) return
      if (--left === 0) onEnough()
      throw new Error('enough')
    }
    const connected = await session(pairing, { [`${across(sender)}Options`]: { shouldFulfill } })
    const { local, remote } = connected.open(sender)
    const receiver = remote.then((stream) => (stream.setReceiveMax(1_000_000), stream))
    local.setSendMax(10_000)
    await declinedThrice
    expect((await receiver).totalReceived).toBe('3000')
    await connected.client.destroy()
    expect(connected[across(sender)].totalReceived).toBe('3000')
    expectBooksToBalance(connected)
  })

  test.each(ends)('an application that decides later is waited for, sender the %s', async (sender) => {
    const packetIds = new Set<string>()
    const tags = new Set<string | undefined>()
    const shouldFulfill = async (_: unknown, packetId: Buffer, connectionTag?: string): Promise<void> => {
      packetIds.add(packetId.toString('hex'))
      tags.add(connectionTag)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const connected = await session(pairing, {
      credentials: { connectionTag: 'tagged' },
      [`${across(sender)}Options`]: { shouldFulfill },
    })
    const { local, remote } = connected.open(sender)
    void remote.then((stream) => stream.setReceiveMax(1_000_000))
    await local.sendTotal(10_000)
    expect(packetIds.size).toBe(connected.path[sender].payments)
    if (sender === 'client') expect(tags).toEqual(new Set(['tagged']))
    expectBooksToBalance(connected)
  })

  test.each(ends)('a fixed exchange rate and packet size of the %s', async (sender) => {
    const options = { exchangeRate: sender === 'client' ? 0.5 : 2, slippage: 0, maximumPacketAmount: '500' }
    const connected = await session(pairing, { rate: 0.5, [`${sender}Options`]: options })
    const { local, remote } = connected.open(sender)
    void remote.then((stream) => stream.setReceiveMax(1_000_000))
    await local.sendTotal(5000)
    expect(connected[sender].minimumAcceptableExchangeRate).toBe(String(options.exchangeRate))
    expect(connected[sender].totalDelivered).toBe(String(5000 * options.exchangeRate))
    expectBooksToBalance(connected)
  })
})

test('a predecessor reads why a server of ours refuses its money', async () => {
  let left = 2
  const shouldFulfill = async (): Promise<void> => {
    if (left-- > 0) throw new RefusalError('not yet', 'patience')
  }
  const connected = await session({ client: predecessor, server: ours }, { serverOptions: { shouldFulfill } })
  const { local, remote } = connected.open('client')
  void remote.then((stream) => stream.setReceiveMax(1_000_000))
  const reason = readBytes(local, 'patience'.length)
  await local.sendTotal(500)
  expect((await reason).toString()).toBe('patience')
  expect(connected.server.totalReceived).toBe('500')
})
