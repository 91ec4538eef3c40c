import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { aimd, type CongestionController, type Instant } from '@stream/flow'
import { pattern } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { forge, hand, money, read, tell } from './wire.js'
import { writeAll } from './writer.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Without compiled code. Collected twice, for weak references and buffers. */
function bytesAlive(): number {
  collect()
  collect()
  const { code_and_metadata_size, bytecode_and_metadata_size } = getHeapCodeStatistics()
  return process.memoryUsage().heapUsed - code_and_metadata_size - bytecode_and_metadata_size
}

/** Remembers which controllers it made, and when. */
function recordingController() {
  const made: { readonly at: Instant; readonly controller: CongestionController }[] = []
  const congestion = (now: Instant) => {
    const controller = aimd()(now)
    made.push({ at: now, controller })
    return controller
  }
  return { made, congestion }
}

function pay(pair: Pair, total: bigint): void {
  pair.run('client', (core) => core.setSendMax(1, total))
  pair.drive(2_000)
}

describe('a connection on which nothing was sent for longer than a packet lives', () => {
  const idle = 600_000

  test('forgets what it knew of congestion, and begins anew when there is more to send', () => {
    const { made, congestion } = recordingController()
    const pair = new Pair({ client: { congestion, timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.drive(29_000)
    pay(pair, 2_000n)
    expect(made).toHaveLength(1)
    const before = pair.now
    pair.drive(40_000)
    pay(pair, 3_000n)
    expect(made).toHaveLength(2)
    expect(made[1]!.at).toBeGreaterThan(before + 25_000)
    expect(pair.server.stats().totalReceived).toBe(3_000n)
  })

  test('keeps what it knew while a packet is still under way', () => {
    const { made, congestion } = recordingController()
    const timeouts = { idle, packet: 5_000, grace: 100 }
    const packetExpiry = (now: Instant) => now + 60_000
    const pair = new Pair({ client: { congestion, timeouts, packetExpiry }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.network = ({ amount }) => ({ amount, delayBack: 50_000 })
    pay(pair, 2_000n)
    pair.drive(40_000)
    // For whatever reason: a driver's timer may be early.
    pair.client.handleInput(pair.now, { type: 'timeout' })
    expect(pair.client.stats().inFlight.packets).toBe(1)
    pair.network = ({ amount }) => ({ amount })
    pay(pair, 3_000n)
    expect(made).toHaveLength(1)
    pair.drive(10_000)
    expect(pair.client.stats().totalSent).toBe(3_000n)
  })

  test('keeps nothing of a controller that was made only because somebody asked for figures', async () => {
    const made: WeakRef<CongestionController>[] = []
    const congestion = (now: Instant) => {
      const controller = aimd()(now)
      made.push(new WeakRef(controller))
      return controller
    }
    const pair = new Pair({ client: { congestion, timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.drive(40_000)
    expect(pair.client.stats().congestion).toEqual(aimd()(0).metrics())
    expect(pair.client.stats().lastPacketRate).toBeDefined()
    // What a `WeakRef` was asked for or made of lives until the end of the turn.
    await new Promise((resolve) => void setImmediate(resolve))
    collect()
    expect(made.map((controller) => controller.deref())).toEqual([undefined, undefined, undefined])
    expect(pair.client.stats().totalSent).toBe(1_000n)
  })

  test('needs no controller to tell what it has counted', () => {
    const { made, congestion } = recordingController()
    const pair = new Pair({ server: { congestion, timeouts: { idle } }, client: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.drive(40_000)
    const count = made.length
    const figures = pair.server.figures()
    expect(figures).toMatchObject({ totalReceived: 1_000n, totalSent: 0n, peerAddress: 'test.client' })
    expect(made).toHaveLength(count)
    expect(pair.server.stats()).toEqual({ ...figures, congestion: aimd()(0).metrics() })
  })

  /** Both have been told all limits, and neither had use for those of data. */
  function rested(): Pair {
    const pair = new Pair({ client: { timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.drive(40_000)
    return pair
  }

  test('tells its limits again to a peer that asks, the same ones', () => {
    const pair = rested()
    const frames: Frame[] = [
      { type: FrameType.StreamDataBlocked, streamId: 1, maxOffset: 0 },
      { type: FrameType.ConnectionDataBlocked, maxOffset: 0 },
      { type: FrameType.ConnectionStreamIdBlocked, maxStreamId: 0 },
    ]
    const answer = read(pair, tell(pair, 'server', { sequence: 100, frames }))
    expect(answer.frames).toContainEqual({ type: FrameType.StreamMaxData, streamId: 1, maxOffset: 1 << 18 })
    expect(answer.frames).toContainEqual({ type: FrameType.ConnectionMaxData, maxOffset: 1 << 20 })
    expect(answer.frames).toContainEqual({ type: FrameType.ConnectionMaxStreamId, maxStreamId: 20 })
    expect(read(pair, tell(pair, 'server', { sequence: 101 })).frames).toEqual([])
  })

  test('introduces itself again to a peer that has moved', () => {
    const pair = rested()
    const moved: Frame = { type: FrameType.ConnectionNewAddress, sourceAccount: 'test.client.elsewhere' }
    const { frames } = read(pair, tell(pair, 'server', { sequence: 100, frames: [moved] }))
    expect(frames.map(({ type }) => type)).toContain(FrameType.ConnectionAssetDetails)
  })

  test('tells where it can be reached from now on', () => {
    const pair = rested()
    const sent = pair.sent.client.length
    pair.run('client', (core) => core.changeLocalAddress('test.client.elsewhere'))
    const [prepare] = pair.sent.client.slice(sent)
    const address = { type: FrameType.ConnectionNewAddress, sourceAccount: 'test.client.elsewhere' }
    expect(read(pair, prepare!).frames).toContainEqual(address)
  })

  test('takes bytes up to the limits it has told, and not one more', () => {
    const pair = rested()
    pair.onEvent = () => {} // nobody reads
    const data = (offset: number): Frame => ({
      type: FrameType.StreamData,
      streamId: 1,
      offset,
      data: new Uint8Array(8_192),
    })
    for (let offset = 0, sequence = 100; offset < 1 << 18; offset += 8_192, sequence++) {
      expect(tell(pair, 'server', { sequence, frames: [data(offset)] }).type).toBe('fulfill')
    }
    expect(pair.server.streamStats(1)).toMatchObject({ readableBytes: 1 << 18, received: 1_000n })
    tell(pair, 'server', { sequence: 200, frames: [data((1 << 18) - 8_191)] })
    expect(pair.server.state).toBe('closing')
  })

  test('carries bytes both ways and money as before', () => {
    const pair = rested()
    pair.onEvent = () => {}
    const got = pair.accept('server')
    pair.accept('client')
    writeAll(pair, 'client', 1, pattern(300_000), false)
    writeAll(pair, 'server', 1, pattern(200_000), false)
    pay(pair, 2_000n)
    pair.drive(5_000)
    expect(got.get(1)).toEqual([...pattern(300_000)])
    expect(pair.server.stats().totalReceived).toBe(2_000n)
    expect(pair.client.streamStats(1)).toMatchObject({ unackedBytes: 0 })
    expect(pair.server.streamStats(1)).toMatchObject({ unackedBytes: 0 })
  })

  test('counts as before, and goes on from there', () => {
    const pair = new Pair({ client: { timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pair.run('client', (core) => core.setReceiveMax(1, 500n))
    pay(pair, 1_000n)
    pair.run('server', (core) => core.setSendMax(1, 300n))
    pair.drive(2_000)
    const count = (side: Side) => [pair.of(side).figures(), pair.of(side).streamStats(1)]
    const before = { client: count('client'), server: count('server') }
    pair.drive(40_000)
    expect({ client: count('client'), server: count('server') }).toEqual(before)
    const { packetsSent, packetsFulfilled, packetsSealed } = pair.client.figures()
    pay(pair, 2_000n)
    pair.run('server', (core) => core.setSendMax(1, 500n))
    pair.drive(2_000)
    const after = pair.client.figures()
    expect(after).toMatchObject({ totalSent: 2_000n, totalDelivered: 2_000n, totalReceived: 500n, packetsRejected: 3 })
    expect(after.packetsSent).toBeGreaterThan(packetsSent)
    expect(after.packetsFulfilled).toBeGreaterThan(packetsFulfilled)
    expect(after.packetsSealed).toBeGreaterThan(packetsSealed)
    expect(pair.server.figures()).toMatchObject({ totalSent: 500n, totalReceived: 2_000n })
  })

  test('lets nothing take effect twice', () => {
    const pair = rested()
    const prepare = forge(pair, 'server', { sequence: 100, amount: 500n, frames: [money(1, 1n)] })
    expect(hand(pair, 'server', prepare)).toMatchObject([{ type: 'fulfill' }])
    pair.drive(40_000)
    const copy = { ...prepare, expiresAt: pair.now + 30_000 }
    expect(hand(pair, 'server', copy)).toMatchObject([{ type: 'reject', code: 'F99' }])
    expect(tell(pair, 'server', { sequence: 1, frames: [money(1, 1n)] })).toMatchObject({ type: 'reject', code: 'F99' })
    expect(pair.server.figures().totalReceived).toBe(1_500n)
  })

  test.each(['client', 'server'] as const)('closes as before when the %s wants to', (side) => {
    const pair = rested()
    pair.run(side, (core) => core.closeStream(1))
    pair.drive(40_000)
    pair.run(side, (core) => core.close())
    pair.drive(5_000)
    for (const end of ['client', 'server'] as const) {
      expect(pair.eventsOf(end, 'streamClosed')).toHaveLength(1)
      expect(pair.eventsOf(end, 'closed')).toHaveLength(1)
      expect(pair.of(end).state).toBe('closed')
    }
  })

  test('still books a Fulfill that comes when its packet was long given up', () => {
    const pair = rested()
    pair.network = ({ amount }) => ({ amount, delayBack: 200_000 })
    pay(pair, 1_500n)
    pair.network = () => 'drop'
    while (pair.client.streamStats(1)?.held !== 0n) pair.drive(10)
    pair.run('client', (core) => core.setSendMax(1, 1_000n))
    pair.drive(50_000)
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 1_000n, held: 0n })
    pair.drive(150_000)
    expect(pair.client.streamStats(1)).toMatchObject({ sent: 1_500n, held: 0n, delivered: 1_500n })
    expect(pair.server.figures().totalReceived).toBe(1_500n)
  })

  test('still waits for a decision on money, however many small packets came after it', () => {
    const pair = new Pair({ client: { timeouts: { idle } }, server: { offerMoney: true, timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pair.drive(1_000)
    const expiresAt = pair.now + 300_000
    const replies = hand(
      pair,
      'server',
      forge(pair, 'server', { sequence: 100, amount: 5n, expiresAt, frames: [money(1, 1n)] }),
    )
    for (let sequence = 101; sequence < 140; sequence++) tell(pair, 'server', { sequence, expiresAt: pair.now + 1_000 })
    pair.drive(100_000)
    expect(replies).toEqual([])
    const [offer] = pair.eventsOf('server', 'moneyOffered')
    pair.run('server', (core) => core.decide(offer!.id, true))
    expect(replies).toMatchObject([{ type: 'fulfill' }])
    expect(pair.server.figures().totalReceived).toBe(5n)
  })

  test('still owes a peer that could not be reached the address it has moved to', () => {
    const pair = new Pair({ client: { localAddress: undefined, timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.drive(1_000)
    pair.run('server', (core) => core.changeLocalAddress('test.server.elsewhere'))
    pair.drive(40_000)
    expect(pair.sent.server).toEqual([])
    const address: Frame = { type: FrameType.ConnectionNewAddress, sourceAccount: 'test.client' }
    tell(pair, 'server', { sequence: 100, frames: [address] })
    const told = pair.sent.server.flatMap((prepare) => read(pair, prepare).frames)
    expect(told).toContainEqual({ type: FrameType.ConnectionNewAddress, sourceAccount: 'test.server.elsewhere' })
  })

  test('still asks for limits while only answers can bring them, in pauses longer than its packets live', () => {
    const timeouts = { idle, packet: 1_000, grace: 100 }
    const pair = new Pair({ client: { localAddress: undefined, timeouts }, server: { timeouts: { idle } } })
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.drive(100_000)
    pair.run('server', (core) => core.setReceiveMax(1, 1_000n))
    pair.drive(20_000)
    expect(pair.server.figures().totalReceived).toBe(1_000n)
  })

  test('still tells who comes too late why it has closed', () => {
    const pair = new Pair({ client: { localAddress: undefined, timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.drive(1_000)
    pair.run('server', (core) => core.close(ErrorCode.ApplicationError, 'enough'))
    pair.drive(40_000)
    // A timer that was set before.
    pair.run('server', (core) => core.handleInput(pair.now, { type: 'timeout' }))
    const close: Frame = {
      type: FrameType.ConnectionClose,
      errorCode: ErrorCode.ApplicationError,
      errorMessage: 'enough',
    }
    expect(read(pair, tell(pair, 'server', { sequence: 100 })).frames).toEqual([close])
  })

  test('takes little memory, less than half of what it took in use', () => {
    const congestion = aimd()
    const { protection } = new Pair()
    const pairs = (driven: number): unknown[] =>
      Array.from({ length: 200 }, () => {
        const common = { protection, congestion, timeouts: { idle } }
        const pair = new Pair({ client: common, server: common })
        pair.accept('server')
        pair.run('client', (core) => core.openStream())
        pay(pair, 1_000n)
        pair.drive(driven)
        return [pair.client, pair.server]
      })
    // The middle of some tries: what is compiled meanwhile, and what others of this process leave, is on the same heap.
    const typical = (driven: number): number => {
      const kept: unknown[] = []
      const tries = Array.from({ length: 7 }, () => {
        const before = bytesAlive()
        kept.push(pairs(driven))
        return (bytesAlive() - before) / 200
      })
      expect(kept).toHaveLength(7)
      return tries.sort((a, b) => a - b)[3]!
    }
    const inUse = typical(1_000)
    const atRest = typical(40_000)
    expect(atRest).toBeLessThan(inUse / 2)
  })

  test('lets its keys go when the last packet of either side is over, and has them again for the next', () => {
    const pair = new Pair({ client: { timeouts: { idle } }, server: { timeouts: { idle } } })
    const rest = vi.spyOn(pair.protection, 'rest')
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    pair.drive(20_000)
    pay(pair, 2_000n)
    pair.drive(20_000)
    expect(rest).not.toHaveBeenCalled()
    pair.drive(15_000)
    // Once at each end.
    expect(rest).toHaveBeenCalledTimes(2)
    pair.drive(100_000)
    expect(rest).toHaveBeenCalledTimes(2)
    pay(pair, 3_000n)
    expect(pair.server.stats().totalReceived).toBe(3_000n)
  })

  test('keeps no process alive', () => {
    const pair = new Pair({ client: { timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    for (const side of ['client', 'server'] as const) {
      expect(pair.of(side).pollOutput(pair.now)).toMatchObject({ type: 'timeout', idle: true })
    }
  })

  test('has nothing more to wait for than its idle timeout', () => {
    const pair = new Pair({ client: { timeouts: { idle } }, server: { timeouts: { idle } } })
    pair.accept('server')
    pair.run('client', (core) => core.openStream())
    pay(pair, 1_000n)
    const paidBy = pair.now
    pair.drive(40_000)
    for (const side of ['client', 'server'] as const) {
      pair.of(side).stats() // looks at the controller, and does not wake anything
      const output = pair.of(side).pollOutput(pair.now)
      expect(output).toMatchObject({ type: 'timeout', idle: true })
      expect(output.type === 'timeout' && output.at).toBeGreaterThan(paidBy + idle - 3_000)
    }
  })
})
