import { describe, expect, test } from 'vitest'
import { FrameType, type Frame } from '@stream/frames'
import { answerTo } from './answers.js'
import { pattern } from './disorder.js'
import { Pair } from './pair.js'
import { isFulfillable, read, tell } from './wire.js'

interface Case {
  /** The frame that asks. */
  readonly asks: Frame['type']
  /** The limit that the peer answers with, once it is asked. */
  readonly limit: Frame
  /** Makes the client wait for that limit. */
  readonly cause: (pair: Pair) => void
  /** Whether the client waits no more. */
  readonly isOver: (pair: Pair) => boolean
}

const openStream = (pair: Pair) => pair.run('client', (client) => client.openStream())!
const write = (pair: Pair, bytes: number) => {
  const streamId = openStream(pair)
  pair.run('client', (client) => client.write(streamId, pattern(bytes)))
}

const CASES: readonly [string, Case][] = [
  [
    'bytes of one stream',
    {
      asks: FrameType.StreamDataBlocked,
      limit: { type: FrameType.StreamMaxData, streamId: 1, maxOffset: 100_000 },
      cause: (pair) => write(pair, 20_000),
      isOver: (pair) => pair.client.streamStats(1)?.unackedBytes === 0,
    },
  ],
  [
    'bytes of all streams',
    {
      asks: FrameType.ConnectionDataBlocked,
      limit: { type: FrameType.ConnectionMaxData, maxOffset: 200_000 },
      cause: (pair) => [1, 2, 3, 4, 5].forEach(() => write(pair, 16_000)),
      isOver: (pair) => [1, 3, 5, 7, 9].every((id) => pair.client.streamStats(id)?.unackedBytes === 0),
    },
  ],
  [
    'streams',
    {
      asks: FrameType.ConnectionStreamIdBlocked,
      limit: { type: FrameType.ConnectionMaxStreamId, maxStreamId: 40 },
      cause: (pair) => {
        while (pair.run('client', (client) => client.openStream()) !== undefined);
      },
      isOver: (pair) => pair.run('client', (client) => client.openStream()) === 21,
    },
  ],
  [
    'money',
    {
      asks: FrameType.StreamMoneyBlocked,
      limit: { type: FrameType.StreamMaxMoney, streamId: 1, receiveMax: 1_000n, totalReceived: 0n },
      cause: (pair) => {
        const streamId = openStream(pair)
        pair.run('client', (client) => client.setSendMax(streamId, 1_000n))
      },
      isOver: (pair) => pair.client.streamStats(1)?.sent === 1_000n,
    },
  ],
]

const types = (frames: readonly Frame[]) => frames.map(({ type }) => type)

describe.each(CASES)('a client that waits for a larger limit on %s', (_, { asks, limit, cause, isOver }) => {
  /** In place of the server a peer that tells the limit where it is asked, and else nothing. It takes no money before. */
  function world(): { pair: Pair; answers: { lost: number } } {
    const answers = { lost: 0 }
    const pair = new Pair({
      client: { timeouts: { packet: 1_000, grace: 100 } },
      server: { limits: { connectionWindow: 65_534, maxConnectionWindow: 65_534 } },
    }).drive(500)
    let isTold = false
    pair.network = (prepare, from) => {
      if (from === 'server' || !isFulfillable(pair, prepare)) return { amount: prepare.amount }
      const isAsked = types(read(pair, prepare).frames).includes(asks)
      // After a second loss in a row the client must be silent for a while.
      if (isAsked && answers.lost < 2) {
        answers.lost++
        return 'drop'
      }
      isTold ||= isAsked
      if (isTold) return { reply: answerTo(pair, prepare, { frames: [limit] }) }
      const none: Frame = { type: FrameType.StreamMaxMoney, streamId: 1, receiveMax: 0n, totalReceived: 0n }
      const frames = prepare.amount > 0n ? [none] : []
      return { reply: answerTo(pair, prepare, { kind: prepare.amount > 0n ? 'reject' : 'fulfill', frames }) }
    }
    return { pair, answers }
  }

  test('asks again when answers are lost, however many of its replies, which nobody acknowledges, could have asked', () => {
    const { pair, answers } = world()
    cause(pair)
    const replied: Frame['type'][] = []
    for (let sequence = 100; sequence < 400; sequence++) {
      replied.push(...types(read(pair, tell(pair, 'client', { sequence })).frames))
      pair.drive(10)
    }
    expect(answers.lost).toBe(2)
    expect(replied).not.toContain(asks)
    pair.drive(10_000)
    expect(isOver(pair)).toBe(true)
  })
})
