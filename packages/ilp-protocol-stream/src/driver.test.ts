import type { Connection, ConnectionEvent, Input, Output } from '@stream/connection'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { expect, test, vi } from 'vitest'
import type { Clock } from './clock.js'
import { ConnectionDriver } from './driver.js'

const fulfill: IlpReply = { type: 'fulfill', fulfillment: new Uint8Array(32), data: new Uint8Array(0) }
const prepare: IlpPrepare = {
  amount: 5n,
  destination: 'test.bob',
  executionCondition: new Uint8Array(32),
  expiresAt: 1_700_000_030_000,
  data: new Uint8Array(0),
}
const established: ConnectionEvent = { type: 'established' }

/** A driver around a core that hands out what the test puts into `outputs`, with a clock that stands at 100. */
function driven() {
  const outputs: Output[] = []
  const inputs: Input[] = []
  const timers: { at: number; fire: () => void; background: boolean; cancelled: boolean }[] = []
  const sent: { prepare: IlpPrepare; reply: (reply: IlpReply) => void; fail: (cause: unknown) => void }[] = []
  const state = { idleAt: undefined as number | undefined, idle: true, polls: 0 }
  const core = {
    handleInput: (_now: number, input: Input) => void inputs.push(input),
    pollOutput: (): Output => {
      state.polls++
      return outputs.shift() ?? { type: 'timeout', at: state.idleAt, idle: state.idle }
    },
    decide: vi.fn(),
  }
  const clock: Clock = {
    now: () => 100,
    toEpoch: (at) => 1_700_000_000_000 + at,
    fromEpoch: (time) => time - 1_700_000_000_000,
    setTimer: (at, timed, background = false) => {
      const timer = { at, fire: () => timed.onTimer(), background, cancelled: false }
      timers.push(timer)
      return timer
    },
    clearTimer: (timer) => {
      if (timer !== undefined) (timer as (typeof timers)[number]).cancelled = true
    },
  }
  const transport = {
    send: (sending: IlpPrepare, reply: (reply: IlpReply) => void, fail: (cause: unknown) => void) =>
      void sent.push({ prepare: sending, reply, fail }),
    receive: () => {},
    stopReceiving: () => {},
  }
  const driver = new ConnectionDriver(core as unknown as Connection, transport, clock)
  const listener = { onEvent: vi.fn(), onFault: vi.fn() }
  driver.start(listener, {
    onEvent: (told, event) => void told.onEvent(event),
    onFault: (told, error) => void told.onFault(error),
  })
  return { driver, core, outputs, inputs, timers, sent, state, listener }
}

test('commands of one turn are drained together, after it', async () => {
  const { driver, state, outputs, listener } = driven()
  const watcher = { onDrained: vi.fn() }
  driver.watch(watcher)
  driver.run(() => outputs.push({ type: 'event', event: established }))
  driver.run(() => {})
  expect(state.polls).toBe(0)
  await Promise.resolve()
  expect(listener.onEvent).toHaveBeenCalledExactlyOnceWith(established)
  expect(watcher.onDrained).toHaveBeenCalledOnce()
})

test('whoever watches is told of one drain; asking again while being told is for the next, and throwing does no harm', async () => {
  const { driver } = driven()
  const asking = { onDrained: vi.fn(() => driver.watch(asking)) }
  const throwing = {
    onDrained: vi.fn(() => {
      throw new Error('of a watcher')
    }),
  }
  driver.watch(asking)
  driver.watch(throwing)
  for (const drains of [1, 2]) {
    driver.run(() => {})
    await Promise.resolve()
    expect(asking.onDrained).toHaveBeenCalledTimes(drains)
    expect(throwing.onDrained).toHaveBeenCalledOnce()
  }
})

test('a command that is misuse throws to its caller, and the driver goes on', async () => {
  const { driver, state } = driven()
  expect(() =>
    driver.run(() => {
      throw new Error('misuse')
    }),
  ).toThrow('misuse')
  await Promise.resolve()
  expect(state.polls).toBe(1)
})

test('a Prepare goes in with its expiry as an instant, and its reply goes back', () => {
  const { driver, inputs, outputs } = driven()
  outputs.push({ type: 'reply', id: 0, reply: fulfill })
  const answer = vi.fn()
  driver.receive(prepare, answer, new Uint8Array([1]))
  expect(answer).toHaveBeenCalledExactlyOnceWith(fulfill)
  expect(inputs).toEqual([
    { type: 'prepare', id: 0, prepare: { ...prepare, expiresAt: 30_000 }, plaintext: new Uint8Array([1]) },
  ])
})

test('events behind a reply can still ask for the Prepare they speak of, later ones not', () => {
  const { driver, outputs, listener } = driven()
  const seen: unknown[] = []
  listener.onEvent.mockImplementation(() => seen.push(driver.prepareOf(0)?.amount))
  outputs.push({ type: 'reply', id: 0, reply: fulfill }, { type: 'event', event: established })
  driver.receive(prepare, () => {})
  expect(seen).toEqual([5n])
  expect(driver.prepareOf(0)).toBeUndefined()
})

test('Prepares that wait for a decision are answered whichever is decided first, and known until then', () => {
  const { driver, outputs, core } = driven()
  const answers = [0, 1, 2].map((id) => {
    const answer = vi.fn()
    driver.receive({ ...prepare, amount: BigInt(id) }, answer)
    return answer
  })
  const replies = [0, 1, 2].map((id) => ({ ...fulfill, fulfillment: new Uint8Array(32).fill(id) }))
  for (const id of [1, 2, 0]) {
    expect(driver.prepareOf(id)?.amount).toBe(BigInt(id))
    outputs.push({ type: 'reply', id, reply: replies[id]! })
    driver.decide(id, true)
    expect(core.decide).toHaveBeenLastCalledWith(id, true, undefined)
    expect(driver.prepareOf(id)).toBeUndefined()
  }
  for (const id of [0, 1, 2]) expect(answers[id]).toHaveBeenCalledExactlyOnceWith(replies[id])
})

test('a Prepare of the core leaves with wall time, and what comes of it goes in', async () => {
  const { driver, inputs, outputs, sent } = driven()
  const { expiresAt: _, ...rest } = prepare
  driver.run(() => {
    outputs.push({ type: 'prepare', sequence: 1, prepare: rest, expiresAt: 30_100 })
    outputs.push({ type: 'prepare', sequence: 2, prepare: rest, expiresAt: 30_100 })
  })
  await Promise.resolve()
  expect(sent.map((packet) => packet.prepare.expiresAt)).toEqual([1_700_000_030_100, 1_700_000_030_100])
  sent[0]?.reply(fulfill)
  const cause = new Error('socket closed')
  sent[1]?.fail(cause)
  await vi.waitFor(() => expect(inputs).toHaveLength(2))
  expect(inputs).toEqual([
    { type: 'reply', sequence: 1, reply: fulfill },
    { type: 'sendFailed', sequence: 2, cause },
  ])
})

test('the timer is set once, and again only for an earlier instant or when what it waits for changes', async () => {
  const { driver, state, timers, inputs } = driven()
  const drain = async (at: number, idle: boolean) => {
    Object.assign(state, { idleAt: at, idle })
    driver.run(() => {})
    await Promise.resolve()
    return timers.filter(({ cancelled }) => !cancelled).map(({ at: due, background }) => [due, background])
  }
  expect(await drain(500, true)).toEqual([[500, true]])
  expect(await drain(600, true)).toEqual([[500, true]])
  expect(await drain(300, true)).toEqual([[300, true]])
  expect(await drain(400, false)).toEqual([[400, false]])
  timers.at(-1)?.fire()
  expect(inputs).toEqual([{ type: 'timeout' }])
  state.idleAt = undefined
  driver.run(() => {})
  await Promise.resolve()
  expect(timers.at(-1)).toMatchObject({ at: 400, cancelled: true })
})

test('a listener that throws does not stop the drain', async () => {
  const { driver, outputs, listener } = driven()
  listener.onEvent.mockImplementationOnce(() => {
    throw new Error('blah')
  })
  driver.run(() => outputs.push({ type: 'event', event: established }, { type: 'event', event: established }))
  await Promise.resolve()
  expect(listener.onEvent).toHaveBeenCalledTimes(2)
  expect(listener.onFault).not.toHaveBeenCalled()
})

test('a core that throws ends its connection and nothing else: all Prepares are answered, then and later', () => {
  const { driver, core, listener, timers, state } = driven()
  state.idleAt = 500
  const answer = vi.fn()
  driver.receive(prepare, answer)
  const bug = new Error('bug')
  core.handleInput = () => {
    throw bug
  }
  driver.receive(prepare, answer)
  driver.receive(prepare, answer)
  expect(answer).toHaveBeenCalledTimes(3)
  for (const [reply] of answer.mock.calls) expect(reply).toMatchObject({ type: 'reject', code: 'T00' })
  expect(listener.onFault).toHaveBeenCalledExactlyOnceWith(bug)
  expect(timers.every(({ cancelled }) => cancelled)).toBe(true)
})
