import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { FrameType, type Frame } from '@stream/frames'
import { aimd, type CongestionController, type Instant } from '@stream/flow'
import { pattern } from './disorder.js'
import { Pair } from './pair.js'
import { read, tell } from './wire.js'
import { writeAll } from './writer.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

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
