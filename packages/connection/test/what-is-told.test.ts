import { describe, expect, test } from 'vitest'
import { encodePacket, ErrorCode, FrameType, IlpPacketType, type Frame } from '@stream/frames'
import type { IlpPrepare, IlpReply } from '@stream/frames/ilp'
import { pattern } from './disorder.js'
import { Pair, type Side } from './pair.js'
import { hand, money, read, tell, tryRead } from './wire.js'
import { writeAll } from './writer.js'

const SIDES = ['client', 'server'] as const

/** Money and data in both directions, an address that changes, and a close; every request with its answer. */
function conversation(): { pair: Pair; answers: { side: Side; prepare: IlpPrepare; reply: IlpReply }[] } {
  const answers: { side: Side; prepare: IlpPrepare; reply: IlpReply }[] = []
  const wayBack = (reply: IlpReply, prepare: IlpPrepare, side: Side) => {
    answers.push({ side, prepare, reply })
    return reply
  }
  const pair = new Pair({ rate: [1n, 2n], wayBack, client: { exchangeRate: { probe: true } } })
  for (const side of SIDES) pair.accept(side)
  pair.drive(500)
  for (const side of SIDES) {
    const id = pair.run(side, (connection) => connection.openStream())!
    pair.run(side, (connection) => connection.setSendMax(id, 10_000n))
    writeAll(pair, side, id, pattern(50_000))
  }
  pair.drive(2_000)
  pair.run('client', (client) => client.changeLocalAddress('test.client.elsewhere'))
  pair.drive(2_000)
  pair.run('client', (client) => client.close())
  pair.drive(10_000)
  return { pair, answers }
}

describe('every packet', () => {
  // RFC 0029 5.2-1, 5.2-3
  test('names the type of the ILP packet it travels in, and an answer the sequence it answers', () => {
    const { pair, answers } = conversation()
    expect(answers.length).toBeGreaterThan(20)
    expect(new Set(answers.map(({ reply }) => reply.type))).toEqual(new Set(['fulfill', 'reject']))
    for (const { prepare, reply } of answers) {
      const request = read(pair, prepare)
      expect(request.ilpPacketType).toBe(IlpPacketType.Prepare)
      expect(read(pair, reply)).toMatchObject({
        ilpPacketType: reply.type === 'fulfill' ? IlpPacketType.Fulfill : IlpPacketType.Reject,
        sequence: request.sequence,
      })
    }
  })

  // RFC 0029 4.3.3-1, 4.3.3-2, 4.3.3-4, 5.3.14-1
  test('that tells the asset tells the same one', () => {
    const { pair, answers } = conversation()
    const told: Record<Side, Set<string>> = { client: new Set(), server: new Set() }
    for (const { side, prepare, reply } of answers) {
      const other = side === 'client' ? 'server' : 'client'
      for (const [from, packet] of [[side, prepare] as const, [other, reply] as const]) {
        for (const frame of tryRead(pair, packet as IlpReply)?.frames ?? []) {
          if (frame.type !== FrameType.ConnectionAssetDetails) continue
          told[from].add(`${frame.sourceAssetCode} ${frame.sourceAssetScale}`)
        }
      }
    }
    expect(told).toEqual({ client: new Set(['USD 9']), server: new Set(['EUR 2']) })
    expect(pair.server.stats().peerAsset).toEqual({ code: 'USD', scale: 9 })
    expect(pair.client.stats().peerAsset).toEqual({ code: 'EUR', scale: 2 })
  })
})

describe('a packet that names another type than it came in', () => {
  // RFC 0029 5.2-2
  test.each(['Fulfill', 'Reject'] as const)('(%s, in a Prepare) is answered with F06 and changes nothing', (type) => {
    const pair = new Pair()
    pair.accept('server')
    pair.drive(500)
    const frames: Frame[] = [money(1, 1n)]
    const packet = { ilpPacketType: IlpPacketType[type], sequence: 90, prepareAmount: 0n, frames }
    const data = pair.protection.seal(encodePacket(packet))
    const executionCondition = pair.protection.condition(pair.protection.fulfillment(data))
    const prepare = {
      amount: 5n,
      destination: 'test.server.token',
      executionCondition,
      data,
      expiresAt: pair.now + 9_000,
    }
    expect(hand(pair, 'server', prepare)).toMatchObject([{ type: 'reject', code: 'F06', data: new Uint8Array(0) }])
    expect(pair.eventsOf('server', 'streamOpened')).toEqual([])
    expect(pair.server.stats().totalReceived).toBe(0n)
  })
})

describe('a frame of unknown type', () => {
  // RFC 0029 5.3-1
  test('changes nothing, in a Prepare and in its answer (A4, J1)', () => {
    const unknown: Frame = { type: 'unknown', typeId: 0x3f, contents: pattern(20) }
    const pair = new Pair()
    const got = pair.accept('server')
    pair.drive(500)
    const data: Frame = { type: FrameType.StreamData, streamId: 1, offset: 0, data: pattern(4) }
    const reply = tell(pair, 'server', { sequence: 90, amount: 5n, frames: [unknown, data, unknown, money(1, 1n)] })
    expect(reply.type).toBe('fulfill')
    pair.drive(100)
    expect(got.get(1)).toEqual([...pattern(4)])
    expect(pair.server.stats().totalReceived).toBe(5n)
    expect(pair.eventsOf('server', 'closed')).toEqual([])
  })
})

describe('a stream is opened by', () => {
  const opens = (frame: Frame): boolean => {
    const pair = new Pair().drive(500)
    tell(pair, 'server', { sequence: 90, frames: [frame] })
    expect(pair.server.state).toBe('established')
    return pair.eventsOf('server', 'streamOpened').length === 1
  }
  const streamId = 1

  test.each<[string, Frame]>([
    ['money', money(1, 1n)],
    ['data', { type: FrameType.StreamData, streamId, offset: 0, data: new Uint8Array(0) }],
    [
      'a limit on money, which older clients send first',
      { type: FrameType.StreamMaxMoney, streamId, receiveMax: 9n, totalReceived: 0n },
    ],
    ['a limit on data, for the same reason', { type: FrameType.StreamMaxData, streamId, maxOffset: 9 }],
  ])('%s (F7)', (_, frame) => expect(opens(frame)).toBe(true))

  test.each<[string, Frame]>([
    ['its end', { type: FrameType.StreamClose, streamId, errorCode: ErrorCode.NoError, errorMessage: '' }],
    ['what only explains a wait', { type: FrameType.StreamDataBlocked, streamId, maxOffset: 9 }],
    ['the same for money', { type: FrameType.StreamMoneyBlocked, streamId, sendMax: 9n, totalSent: 0n }],
    ['a receipt', { type: FrameType.StreamReceipt, streamId, receipt: pattern(58) }],
  ])('not by %s (F7)', (_, frame) => expect(opens(frame)).toBe(false))
})

test('an answer speaks of the streams of its packet, not of all that are open (E4)', () => {
  const pair = new Pair()
  pair.accept('server')
  pair.drive(500)
  const ids = Array.from({ length: 10 }, () => pair.run('client', (client) => client.openStream())!)
  for (const id of ids) pair.run('client', (client) => client.setSendMax(id, 100n))
  pair.drive(1_000)
  const reply = tell(pair, 'server', { sequence: 900, amount: 7n, frames: [money(5, 1n)] })
  expect(read(pair, reply).frames).toEqual([
    { type: FrameType.StreamMaxMoney, streamId: 5, receiveMax: (1n << 64n) - 1n, totalReceived: 107n },
  ])
  pair.run('client', (client) => client.setSendMax(3, 200n))
  const before = pair.sent.client.length
  pair.drive(1_000)
  const named = pair.sent.client.slice(before).flatMap((prepare) => read(pair, prepare).frames)
  expect(named.map((frame) => ('streamId' in frame ? frame.streamId : 3)).every((id) => id === 3)).toBe(true)
})
