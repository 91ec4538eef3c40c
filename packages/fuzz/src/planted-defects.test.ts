// Each target with state is given a connection with a defect that only some course of events shows, and must find it.
import { Connection, type Input, type Output } from '@stream/connection'
import { SendCredit } from '@stream/flow'
import { decodePacket, encodePacket, FrameType, type Frame, type StreamPacket } from '@stream/frames'
import { afterEach, expect, test, vi } from 'vitest'
import { readCorpus } from './corpus.js'
import { Fuzzer } from './fuzzer.js'
import { sameBytes } from './same.js'
import type { Target } from './target.js'
import { operations } from './targets/operations.js'
import { receiver } from './targets/receiver.js'
import { sender } from './targets/sender.js'
import { testProtection } from './watched-connection.js'

const protection = testProtection()
// oxlint-disable-next-line typescript/unbound-method -- called with the connection as its `this`
const { handleInput, pollOutput, write } = Connection.prototype
// oxlint-disable-next-line typescript/unbound-method -- likewise
const { consume } = SendCredit.prototype

afterEach(() => void vi.restoreAllMocks())

/** As the run of every change, but without coverage: what is known is changed, and much is made anew. */
function findings(target: Target, executions: number): string[] {
  let hasFailed = false
  const watched: Target = {
    ...target,
    batch: 1,
    run(input) {
      try {
        target.run(input)
      } catch (error) {
        hasFailed = true
        throw error
      }
    },
  }
  const goesOn = (done: number): boolean => done < executions && !hasFailed
  return new Fuzzer(watched, { seed: 1, corpus: readCorpus(target.name), goesOn })
    .run()
    .crashes.map(({ error }) => String(error))
}

/** Changes what a connection is told. */
function mishear(change: (input: Input, now: number) => Input): void {
  vi.spyOn(Connection.prototype, 'handleInput').mockImplementation(function (this: Connection, now, input) {
    handleInput.call(this, now, change(input, now))
  })
}

/** Changes what a connection says. */
function misspeak(change: (output: Output, connection: Connection) => Output): void {
  vi.spyOn(Connection.prototype, 'pollOutput').mockImplementation(function (this: Connection, now) {
    return change(pollOutput.call(this, now), this)
  })
}

const repacked = (envelope: Uint8Array, change: (packet: StreamPacket) => StreamPacket): Uint8Array =>
  protection.seal(encodePacket(change(decodePacket(protection.open(envelope) ?? new Uint8Array(0)))))

test.each([sender, receiver, operations])('without a defect $name finds nothing', (target) => {
  expect(findings(target, 100)).toEqual([])
})

test('sender finds a Fulfill without data that is not booked', () => {
  mishear((input) => {
    const isBare = input.type === 'reply' && input.reply.type === 'fulfill' && input.reply.data.length === 0
    return isBare ? { type: 'sendFailed', sequence: input.sequence, cause: 'lost' } : input
  })
  expect(findings(sender, 2000)).toContainEqual(expect.stringMatching(/\d+ was paid, \d+ is booked/))
})

test('sender finds a payment that asks for nothing, once there was a lack of liquidity', () => {
  const poor = new WeakSet<Connection>()
  vi.spyOn(Connection.prototype, 'handleInput').mockImplementation(function (this: Connection, now, input) {
    if (input.type === 'reply' && input.reply.type === 'reject' && input.reply.code === 'T04') poor.add(this)
    handleInput.call(this, now, input)
  })
  misspeak((output, connection) => {
    if (output.type !== 'prepare' || output.prepare.amount === 0n || !poor.has(connection)) return output
    const data = repacked(output.prepare.data, (packet) => ({ ...packet, prepareAmount: 0n }))
    const isProbe = !sameBytes(
      output.prepare.executionCondition,
      protection.condition(protection.fulfillment(output.prepare.data)),
    )
    const executionCondition = isProbe
      ? output.prepare.executionCondition
      : protection.condition(protection.fulfillment(data))
    return { ...output, prepare: { ...output.prepare, data, executionCondition } }
  })
  expect(findings(sender, 2000)).toContainEqual(expect.stringContaining('a payment asks for nothing'))
})

test('receiver finds a packet that is fulfilled when it has expired', () => {
  mishear((input, now) => {
    if (input.type !== 'prepare' || input.prepare.expiresAt > now) return input
    return { ...input, prepare: { ...input.prepare, expiresAt: now + 2000 } }
  })
  expect(findings(receiver, 2000)).toContainEqual(expect.stringContaining('what has expired is fulfilled'))
})

test('receiver finds a total that is forgotten after three payments', () => {
  const payments = new WeakMap<Connection, number>()
  const forgetful = (frame: Frame): Frame =>
    frame.type === FrameType.StreamMaxMoney ? { ...frame, totalReceived: 0n } : frame
  misspeak((output, connection) => {
    if (output.type === 'event' && output.event.type === 'moneyReceived')
      payments.set(connection, (payments.get(connection) ?? 0) + 1)
    const isLater = (payments.get(connection) ?? 0) >= 3
    if (output.type !== 'reply' || output.reply.data.length === 0 || !isLater) return output
    const data = repacked(output.reply.data, (packet) => ({ ...packet, frames: packet.frames.map(forgetful) }))
    return { ...output, reply: { ...output.reply, data } }
  })
  expect(findings(receiver, 5000)).toContainEqual(expect.stringMatching(/limit "total n" falls from \d+ to 0/))
})

test('operations finds a sender that forgets the bytes that use up the window', () => {
  vi.spyOn(SendCredit.prototype, 'consume').mockImplementation(function (this: SendCredit, bytes) {
    if (bytes < this.available()) consume.call(this, bytes)
  })
  expect(findings(operations, 2000)).toContainEqual(expect.stringMatching(/closed by \w+ with error \d+/))
})

test('operations finds a write that counts a byte it did not take', () => {
  vi.spyOn(Connection.prototype, 'write').mockImplementation(function (this: Connection, id, data) {
    const taken = write.call(this, id, data)
    return taken > 0 && taken < data.length ? taken + 1 : taken
  })
  expect(findings(operations, 2000)).toContainEqual(expect.stringContaining('bytes arrive changed'))
})
