import { setTimeout as sleep } from 'node:timers/promises'
import { connected } from '../contenders/connected.js'
import { implementations, type ImplementationName, type Stream } from '../contenders/implementation.js'
import { measureSpan, verify, type Metrics, type Spans } from '../measure.js'
import { Hub } from '../network/hub.js'
import { cryptoRoundTrip, floor } from './crypto-floor.js'
import type { Scenario } from './scenario.js'

const CHUNK = 64 * 1024
const MEGABYTE = 1e6
const MARGIN = 200
/** Data that fills an ILP packet, and the reply to it. */
const FULL = 32_700
const REPLY = 16

/** Twice a chunk, so that any stretch of the stream is one stretch of this. */
const pattern = Buffer.alloc(2 * CHUNK, Buffer.from(Array.from({ length: 251 }, (_, i) => i)))
const PERIOD = 251

/** Counts what arrives and compares every byte with what was written. */
class Sink {
  bytes = 0

  read(stream: Stream): void {
    stream.on('data', (data: Buffer) => {
      for (let at = 0; at < data.length; at += CHUNK) this.#check(data.subarray(at, at + CHUNK))
    })
  }

  #check(part: Buffer): void {
    const start = this.bytes % PERIOD
    if (part.compare(pattern, start, start + part.length) !== 0) throw new Error(`wrong data at byte ${this.bytes}`)
    this.bytes += part.length
  }
}

async function send(contender: string, spans: Spans, roundTrip: number): Promise<Metrics> {
  const hub = new Hub({ roundTrip })
  const sink = new Sink()
  const { client } = await connected(contender as ImplementationName, hub, (stream) => sink.read(stream))
  const stream = client.createStream()
  let written = 0
  let isStopped = false
  const write = (): void => {
    if (isStopped) return
    let hasRoom = true
    while (hasRoom) {
      const start = written % PERIOD
      written += CHUNK
      hasRoom = stream.write(pattern.subarray(start, start + CHUNK))
    }
    stream.once('drain', write)
  }
  write()
  const { wall, cpu, longestGap, before, after } = await measureSpan(spans, () => sink.bytes)
  isStopped = true
  // What is still on its way has to arrive, to the last byte.
  const deadline = performance.now() + 20_000
  while (sink.bytes < written && performance.now() < deadline) await sleep(roundTrip + MARGIN)
  verify('bytes received', sink.bytes, written)
  const megabytes = (after - before) / MEGABYTE
  return { rate: megabytes / wall, cpu: (cpu * 1000) / megabytes, gap: longestGap }
}

export function dataAt(roundTrip: number, quick: boolean): Scenario {
  const isFloorShown = roundTrip === 0
  return {
    name: roundTrip === 0 ? 'data-zero' : `data-${roundTrip}ms`,
    title: roundTrip === 0 ? 'Data, no latency' : `Data, round trip ${roundTrip} ms`,
    contenders: isFloorShown ? [...implementations, 'crypto floor'] : implementations,
    metrics: [
      { name: 'rate', unit: 'MB/s', better: 'more' },
      { name: 'cpu', unit: 'ms CPU/MB, both ends', better: 'less' },
      ...(isFloorShown ? [{ name: 'gap', unit: 'ms longest event-loop gap', better: 'less' } as const] : []),
    ],
    quick,
    maxRounds: isFloorShown ? 5 : 2,
    async run(contender, spans) {
      if (contender !== 'crypto floor') return send(contender, spans, roundTrip)
      const { perSecond, cpu } = floor(spans, cryptoRoundTrip(FULL, REPLY))
      return { rate: (perSecond * FULL) / MEGABYTE, cpu: (cpu / 1000 / FULL) * MEGABYTE }
    },
  }
}
