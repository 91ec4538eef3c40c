import { afterEach, describe, expect, test, vi } from 'vitest'
import { Connection, ratio, type Output } from '@stream/connection'
import { decodePacket, encodePacket, FrameType, type Frame } from '@stream/frames'
import { rejectWith } from './replies.js'
import { testProtection, WatchedConnection } from './watched-connection.js'

const protection = testProtection()
/** The connection as it is, before a test spoils what it says. */
// oxlint-disable-next-line typescript/unbound-method -- called with the connection as its `this`
const { pollOutput: original, stats: figures } = Connection.prototype

afterEach(() => void vi.restoreAllMocks())

/** A sender with money and bytes, one packet of each answered, so that every kind of output has left. */
function pay(): WatchedConnection {
  const sender = new WatchedConnection({
    role: 'client',
    localAddress: 'test.client',
    peerAddress: 'test.server',
    exchangeRate: { fixed: ratio(1n) },
  })
  const id = sender.openStream() ?? 0
  sender.command((connection) => connection.setSendMax(id, 100n))
  sender.command((connection) => connection.write(id, new Uint8Array(10)))
  for (const sent of sender.unanswered.splice(0)) {
    const { data, amount } = sent.prepare
    const frames: Frame[] = []
    const answer = encodePacket({ ilpPacketType: 13, sequence: sent.sequence, prepareAmount: amount, frames })
    sender.reply(sent, { type: 'fulfill', fulfillment: protection.fulfillment(data), data: protection.seal(answer) })
  }
  return sender
}

function receive(): void {
  const receiver = new WatchedConnection({ role: 'server', localAddress: 'test.server' })
  receiver.onEvent = (event) => {
    if (event.type === 'streamOpened') receiver.attempt((connection) => connection.setReceiveMax(event.streamId, 50n))
  }
  for (const sequence of [1, 2]) {
    const money: Frame = { type: FrameType.StreamMoney, streamId: 1, shares: 1n }
    const data = protection.seal(encodePacket({ ilpPacketType: 12, sequence, prepareAmount: 0n, frames: [money] }))
    const executionCondition = protection.condition(protection.fulfillment(data))
    receiver.prepare({
      amount: 40n,
      destination: 'test.server',
      executionCondition,
      data,
      expiresAt: receiver.now + 5000,
    })
  }
}

/** Changes what a connection says, output by output. */
function spoil(change: (output: Output, connection: Connection, now: number) => Output): void {
  vi.spyOn(Connection.prototype, 'pollOutput').mockImplementation(function (this: Connection, now: number) {
    return change(original.call(this, now), this, now)
  })
}

const repacked = (data: Uint8Array, change: (frames: readonly Frame[]) => Frame[], sequence?: number): Uint8Array => {
  const packet = decodePacket(protection.open(data) ?? new Uint8Array(0))
  return protection.seal(
    encodePacket({ ...packet, sequence: sequence ?? packet.sequence, frames: change(packet.frames) }),
  )
}

test('a connection that does right passes', () => {
  const sender = pay()
  expect(sender.connection.stats().totalSent).toBe(100n)
  expect(() => receive()).not.toThrow()
})

describe('a connection is found out that', () => {
  test('books as sent what nobody fulfilled', () => {
    vi.spyOn(Connection.prototype, 'stats').mockImplementation(function (this: Connection) {
      return { ...figures.call(this), totalSent: 1n }
    })
    expect(pay).toThrow('0 was paid, 1 is booked')
  })

  test('books as received what it rejects', () => {
    spoil((output) => (output.type === 'reply' ? { ...output, reply: rejectWith('F99') } : output))
    expect(receive).toThrow('0 was fulfilled, 40 is booked')
  })

  test('fulfills with something else than the preimage', () => {
    spoil((output) => {
      if (output.type !== 'reply' || output.reply.type !== 'fulfill') return output
      return { ...output, reply: { ...output.reply, fulfillment: new Uint8Array(32) } }
    })
    expect(receive).toThrow('the fulfillment is not that of the packet')
  })

  test('answers twice', () => {
    let last: Output | undefined
    spoil((output) => {
      const again = last
      last = output.type === 'reply' ? output : undefined
      return again ?? output
    })
    expect(receive).toThrow('a Prepare is answered twice')
  })

  test('says another sequence in its answer', () => {
    spoil((output) => {
      if (output.type !== 'reply' || output.reply.data.length === 0) return output
      const data = repacked(output.reply.data, (frames) => [...frames], 77)
      return { ...output, reply: { ...output.reply, data } }
    })
    expect(receive).toThrow('a packet has another type or sequence')
  })

  test('takes a limit back', () => {
    let limit = 9000
    spoil((output) => {
      if (output.type !== 'reply' || output.reply.data.length === 0) return output
      const maxOffset = (limit -= 1)
      const data = repacked(output.reply.data, () => [{ type: FrameType.ConnectionMaxData, maxOffset }])
      return { ...output, reply: { ...output.reply, data } }
    })
    expect(receive).toThrow('limit "connection" falls from 8999 to 8998')
  })

  test('uses a sequence twice', () => {
    spoil((output) => {
      if (output.type !== 'prepare') return output
      const data = repacked(output.prepare.data, (frames) => [...frames], 1)
      return { ...output, sequence: 1, prepare: { ...output.prepare, data } }
    })
    expect(pay).toThrow('sequence 1 follows 1')
  })

  test('pays and asks for nothing', () => {
    spoil((output) => {
      if (output.type !== 'prepare' || output.prepare.amount === 0n) return output
      const packet = decodePacket(protection.open(output.prepare.data) ?? new Uint8Array(0))
      const data = protection.seal(encodePacket({ ...packet, prepareAmount: 0n }))
      const executionCondition = protection.condition(protection.fulfillment(data))
      return { ...output, prepare: { ...output.prepare, data, executionCondition } }
    })
    expect(pay).toThrow('a payment asks for nothing')
  })

  test('leaves a gap between its segments', () => {
    spoil((output) => {
      if (output.type !== 'prepare') return output
      const moved = (frame: Frame): Frame => (frame.type === FrameType.StreamData ? { ...frame, offset: 3 } : frame)
      const data = repacked(output.prepare.data, (frames) => frames.map(moved))
      return { ...output, prepare: { ...output.prepare, data } }
    })
    expect(pay).toThrow('a segment starts at 3 where 0 bytes were sent')
  })

  test('always has something to say', () => {
    spoil(() => ({ type: 'event', event: { type: 'established' } }))
    expect(pay).toThrow('outputs do not end')
  })

  test('wants to be woken at once, again and again', () => {
    const sender = pay()
    spoil((output, _, now) => (output.type === 'timeout' ? { ...output, at: now } : output))
    sender.drain()
    expect(() => sender.advance(sender.now + 10)).toThrow('again and again at one instant')
  })

  test('says something after the end', () => {
    const sender = pay()
    sender.command((connection) => connection.close())
    sender.advance(sender.now + 100_000)
    expect(sender.isClosed).toBe(true)
    let isFirst = true
    spoil((output) => {
      if (!isFirst) return output
      isFirst = false
      return { type: 'event', event: { type: 'readable', streamId: 1 } }
    })
    expect(() => sender.drain()).toThrow('readable follows closed')
  })
})
