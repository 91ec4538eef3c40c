import { describe, expect, it } from 'vitest'
import { SIGNALS, Walk, seededRandom } from './compliance/random-walk.js'
import { UNLIMITED_AMOUNT } from './congestion/controller.js'
import type { CongestionControllerFactory, InFlight, Instant } from './congestion/controller.js'

/** Random lives of a connection; a failure names its seed. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const STEPS = 500
const BEGINNING: Instant = 1000

/** More looks at one packet than this and the call is not of constant cost. */
const READS_PER_CALL = 32

type Begin = (now?: Instant) => Walk

/**
 * A vitest suite that any `CongestionController` must pass before a connection relies on it: what the interface
 * promises, on scripted situations and on seeded random ones. It says nothing about how well the path is used.
 *
 * @param name Appears in the names of the tests.
 * @param factory Makes the controllers; each test makes its own.
 */
export function testCongestionController(name: string, factory: CongestionControllerFactory): void {
  const begin: Begin = (now = BEGINNING) => new Walk(factory(now), now)
  describe(`congestion controller ${name}`, () => {
    describe('window', () => testWindow(begin))
    describe('congestion', () => testCongestion(begin))
    describe('time', () => testTime(begin))
    describe('repeatability', () => testRepeatability(begin))
  })
}

function testWindow(begin: Begin): void {
  it('lets at least one packet and one unit go before anything is known', () => {
    expect(faultOf(begin().controller.window())).toBeUndefined()
  })

  it('stays between one packet and what ILP can carry, whatever happens', () => {
    const faults = faultsOf(begin, ({ controller }) => faultOf(controller.window()))
    expect(faults).toEqual([])
  })

  it('stays within its bounds when everything is delivered for a thousand round trips', () => {
    expect(faultOf(delivered(begin(), 1000).controller.window())).toBeUndefined()
  })

  it('is not changed by asking', () => {
    const faults = faultsOf(begin, ({ controller, now }) => {
      const before = text(controller.window())
      controller.nextSendTime(now)
      controller.metrics()
      const after = text(controller.window())
      return before === after ? undefined : `the window went from ${before} to ${after}`
    })
    expect(faults).toEqual([])
  })

  it('is not touched by a caller who writes to the window it was given', () => {
    const { controller } = begin()
    const before = { ...controller.window() }
    try {
      Object.assign(controller.window(), { packets: -1, amount: -1n })
    } catch {
      // A frozen window is as good as a copy.
    }
    expect(controller.window()).toEqual(before)
  })
}

function testCongestion(begin: Begin): void {
  it.each(SIGNALS)('never grows the window on %s', (signal) => {
    const sender = delivered(begin(), 5)
    for (let round = 0; round < 50; round++) {
      sender.fill(1000n, 100)
      sender.now += 50
      while (sender.inFlight.packets > 0) {
        const before = sender.controller.window()
        sender.answer(signal)
        const after = sender.controller.window()
        expect(after.packets <= before.packets && after.amount <= before.amount).toBe(true)
      }
    }
  })

  it.each(SIGNALS)('takes a whole window answered with %s for one event', (signal) => {
    const sender = delivered(begin(), 3)
    sender.fill(1000n, 100)
    sender.now += 50
    const decreases = { packets: 0, amount: 0 }
    while (sender.inFlight.packets > 0) {
      const before = sender.controller.window()
      sender.answer(signal)
      const after = sender.controller.window()
      if (after.packets < before.packets) decreases.packets += 1
      if (after.amount < before.amount) decreases.amount += 1
    }
    expect(decreases.packets).toBeLessThanOrEqual(1)
    expect(decreases.amount).toBeLessThanOrEqual(1)
  })

  it.each(SIGNALS)('sends on after a storm of %s, and finds its way up again', (signal) => {
    const sender = begin()
    for (let round = 0; round < 300; round++) sender.roundTrip(signal, 1_000_000n, 100)
    const low = sender.controller.window()
    expect(faultOf(low)).toBeUndefined()
    expect(sender.fill(1_000_000n, 1)).toBe(1)
    sender.answer('acked')
    const { packets, amount } = delivered(sender, 500).controller.window()
    const fresh = begin().controller.window()
    // What the storm took is to come back; a window that it left alone may stay as it is.
    expect(packets).toBeGreaterThanOrEqual(Math.min(fresh.packets, low.packets * 2))
    expect(amount >= low.amount * 2n || amount >= fresh.amount).toBe(true)
  })

  it('goes back to the initial window on a new path', () => {
    for (const seed of SEEDS) {
      const { controller, now } = walk(begin(), seed)
      controller.onPathChanged(now)
      expect(controller.window()).toEqual(begin().controller.window())
      expect(controller.nextSendTime(now) - now).toBe(begin().controller.nextSendTime(BEGINNING) - BEGINNING)
    }
  })
}

function testTime(begin: Begin): void {
  it('names a time to send that is finite and not in the past', () => {
    const faults = faultsOf(begin, ({ controller, now }) => {
      const at = controller.nextSendTime(now)
      return at >= now && at < Infinity ? undefined : `at ${now} the next send time is ${at}`
    })
    expect(faults).toEqual([])
  })

  it('lets a packet go at the time it named', () => {
    const faults = faultsOf(begin, ({ controller, now }) => {
      const at = controller.nextSendTime(now)
      const then = controller.nextSendTime(at)
      return then === at ? undefined : `named ${at}, and then ${then}`
    })
    expect(faults).toEqual([])
  })

  it('goes by differences of time, not by the origin of the clock', () => {
    for (const seed of SEEDS) {
      const first = windows(begin(0), seed)
      expect(windows(begin(2 ** 31), seed)).toEqual(first)
      expect(windows(begin(-(2 ** 20)), seed)).toEqual(first)
    }
  })
}

function testRepeatability(begin: Begin): void {
  it('does the same again under the same circumstances', () => {
    for (const seed of SEEDS) expect(states(begin(), seed)).toEqual(states(begin(), seed))
  })

  it('shares nothing with another controller of the same factory', () => {
    const [one, other] = [begin(), begin()]
    const alone = states(begin(), 1)
    walk(one, 2)
    expect(states(other, 1)).toEqual(alone)
  })

  it('reports finite metrics of the same names all along', () => {
    const names = Object.keys(begin().controller.metrics()).join()
    const faults = faultsOf(begin, ({ controller }) => {
      const metrics = controller.metrics()
      if (Object.keys(metrics).join() !== names) return `the names became ${Object.keys(metrics).join()}`
      const odd = Object.values(metrics).find((value) => typeof value !== 'bigint' && !Number.isFinite(value))
      return odd === undefined ? undefined : `a metric is ${odd}`
    })
    expect(faults).toEqual([])
  })

  it('looks at a packet only while it is reported, and a few times only', () => {
    for (const seed of SEEDS) expect(walk(begin(), seed).mostReads).toBeLessThanOrEqual(READS_PER_CALL)
  })
}

/** The first few faults that `faultAt` finds after any step of any of the random lives. */
function faultsOf(begin: Begin, faultAt: (walk: Walk) => string | undefined): string[] {
  const faults: string[] = []
  for (const seed of SEEDS) {
    walk(begin(), seed, (walked, step) => {
      const fault = faultAt(walked)
      if (fault !== undefined && faults.length < 3) faults.push(`seed ${seed}, step ${step}: ${fault}`)
    })
  }
  return faults
}

function walk(walked: Walk, seed: number, afterEach: (walk: Walk, step: number) => void = () => {}): Walk {
  const random = seededRandom(seed)
  for (let step = 0; step < STEPS; step++) {
    walked.step(random)
    afterEach(walked, step)
  }
  return walked
}

function delivered(walked: Walk, roundTrips: number): Walk {
  for (let round = 0; round < roundTrips; round++) walked.roundTrip('acked', 1_000_000n, 100)
  return walked
}

function windows(walked: Walk, seed: number): string[] {
  const seen: string[] = []
  walk(walked, seed, ({ controller }) => seen.push(text(controller.window())))
  return seen
}

function states(walked: Walk, seed: number): string[] {
  const seen: string[] = []
  walk(walked, seed, ({ controller, now }) => {
    seen.push(`${text(controller.window())}, next ${controller.nextSendTime(now)}, ${text(controller.metrics())}`)
  })
  return seen
}

function faultOf(window: InFlight): string | undefined {
  const { packets, amount } = window
  const isSound = Number.isSafeInteger(packets) && packets >= 1 && amount >= 1n && amount <= UNLIMITED_AMOUNT
  return isSound ? undefined : `the window is ${text(window)}`
}

function text(figures: object): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
