import { describe, expect, test } from 'vitest'
import { FrameType, type Frame } from '@stream/frames'
import { encodeAmountTooLarge, type IlpPrepare } from '@stream/frames/ilp'
import { ASSUMED } from '../src/index.js'
import { readPacket } from '../src/packet/read-packet.js'
import { Pair, reject, type Network } from './pair.js'

const LATENCY = 25
const ROUND_TRIP = 2 * LATENCY
/** Milliseconds beyond a round trip between two probes of a client that rests after errors. */
const PROBE_PAUSE = 250
const DATA = Uint8Array.of(1, 2, 3)

/** A client that has nothing to tell beyond who it is. */
const silent = {
  limits: { connectionWindow: ASSUMED.connectionWindow, maxConnectionWindow: ASSUMED.connectionWindow },
}

interface Sent {
  /** Milliseconds after the server heard of the client. */
  readonly at: number
  readonly frames: readonly Frame[]
}

/** The server writes and offers money as soon as there is a client; what it sends, and when. */
function pushing(client: object, network: Network = ({ amount }) => ({ amount })): { pair: Pair; sent: () => Sent[] } {
  const times: number[] = []
  let begun = NaN
  const pair = new Pair({
    latency: LATENCY,
    client,
    network: (prepare, from, now) => {
      if (from === 'server') times.push(now - begun)
      return network(prepare, from, now)
    },
  })
  pair.onEvent = (side, event, connection) => {
    if (side === 'client' && event.type === 'streamOpened') connection.setReceiveMax(event.streamId, 5_000n)
    if (side !== 'server' || event.type !== 'established') return
    begun = pair.now
    connection.write(connection.openStream()!, DATA)
    connection.setSendMax(connection.openStream()!, 5_000n)
  }
  const framesOf = ({ data }: IlpPrepare): readonly Frame[] => readPacket(pair.protection.open(data)!)!.frames
  return { pair, sent: () => pair.sent.server.map((prepare, i) => ({ at: times[i]!, frames: framesOf(prepare) })) }
}

const namesStream = ({ frames }: Sent): boolean => frames.some((frame) => 'streamId' in frame)
const arrived = (pair: Pair): unknown => [pair.client.readableBytes(2), pair.client.streamStats(4)?.received]

describe('streams that a server opens at once', () => {
  test('are named in its first packet where the client has told what it takes', () => {
    const { pair, sent } = pushing({})
    pair.drive(2_000)
    expect(sent()[0]?.frames).toContainEqual(expect.objectContaining({ type: FrameType.StreamData, streamId: 2 }))
    expect(sent()[0]?.at).toBe(0)
    expect(arrived(pair)).toEqual([DATA.length, 5_000n])
  })

  test('wait until a client that has only introduced itself has been silent for longer than its probes take', () => {
    const { pair, sent } = pushing(silent)
    pair.drive(2_000)
    expect(sent()[0]?.at).toBe(0)
    expect(sent().find(namesStream)?.at).toBe(2 * ROUND_TRIP + PROBE_PAUSE)
    expect(arrived(pair)).toEqual([DATA.length, 5_000n])
  })

  test('wait longer while it still probes', () => {
    // Too large for the path: it probes again, with what takes longer than usual.
    const { pair, sent } = pushing(silent, ({ amount }, from) => {
      if (from === 'server') return { amount }
      if (amount > 600n)
        return { reply: reject('F08', encodeAmountTooLarge({ receivedAmount: amount, maximumAmount: 600n })) }
      return { amount, delay: amount === 600n ? 30 : 0 }
    })
    pair.drive(2_000)
    expect(sent().find(namesStream)?.at).toBe(ROUND_TRIP + 30 + ROUND_TRIP + PROBE_PAUSE)
    expect(arrived(pair)).toEqual([DATA.length, 5_000n])
  })

  test('do not wait once the client has opened a stream', () => {
    const { pair, sent } = pushing(silent)
    pair.run('client', (core) => core.write(core.openStream()!, DATA))
    pair.drive(2_000)
    expect(sent().find(namesStream)?.at).toBeLessThan(2 * ROUND_TRIP)
    expect(arrived(pair)).toEqual([DATA.length, 5_000n])
  })

  test('wait for the address to answer, however long it takes', () => {
    let lost = 0
    const { pair, sent } = pushing(silent, ({ amount }, from) =>
      from === 'server' && lost++ < 1 ? 'drop' : { amount },
    )
    pair.drive(50_000)
    expect(sent().findIndex(namesStream)).toBeGreaterThan(1)
    expect(arrived(pair)).toEqual([DATA.length, 5_000n])
  })
})
