import { setTimeout as sleep } from 'node:timers/promises'
import { connected } from '../contenders/connected.js'
import { implementations, OURS_AGAIN, type ImplementationName, type Stream } from '../contenders/implementation.js'
import { busy, measureSpan, startUsage, verify, warmedLonger, watchEventLoop } from '../measure.js'
import { Hub } from '../network/hub.js'
import { cryptoRoundTrip, floor } from './crypto-floor.js'
import { GAPS } from './money.js'
import type { MetricInfo, Scenario } from './scenario.js'

const CHUNK = 64 * 1024
const MEGABYTE = 1e6
const TRANSFER = 64 * 1024 * 1024
/** Data that fills an ILP packet, and the reply to it. */
const FULL = 32_700
const REPLY = 16

/** Twice a chunk, so that any stretch of the stream is one stretch of this. */
const pattern = Buffer.alloc(2 * CHUNK, Buffer.from(Array.from({ length: 251 }, (_, i) => i)))
const PERIOD = 251

/** Counts what arrives and compares every byte with what was written. */
class Sink {
  bytes = 0
  #awaited = Infinity
  #reached: () => void = () => {}

  read(stream: Stream): void {
    stream.on('data', (data: Buffer) => {
      for (let at = 0; at < data.length; at += CHUNK) this.#check(data.subarray(at, at + CHUNK))
      if (this.bytes >= this.#awaited) this.#reached()
    })
  }

  async hasReceived(bytes: number): Promise<void> {
    if (this.bytes >= bytes) return
    this.#awaited = bytes
    await new Promise<void>((resolve) => (this.#reached = resolve))
  }

  #check(part: Buffer): void {
    const start = this.bytes % PERIOD
    if (part.compare(pattern, start, start + part.length) !== 0) throw new Error(`wrong data at byte ${this.bytes}`)
    this.bytes += part.length
  }
}

/** Writes the pattern as fast as the stream takes it, until it is told to stop or has written enough. */
class Source {
  written = 0
  readonly ended: Promise<void>
  #end: () => void = () => {}
  #isStopped = false

  constructor(stream: Stream, limit = Infinity) {
    this.ended = new Promise((resolve) => (this.#end = resolve))
    const write = (): void => {
      while (!this.#isStopped && this.written < limit) {
        const start = this.written % PERIOD
        this.written += CHUNK
        if (!stream.write(pattern.subarray(start, start + CHUNK))) return void stream.once('drain', write)
      }
      this.#end()
    }
    write()
  }

  stop(): void {
    this.#isStopped = true
    this.#end()
  }
}

/** Data that flows until `finish`, which checks that all of it arrived, to the last byte. */
export async function dataFlow(
  contender: string,
  hub: Hub,
  limit?: number,
): Promise<{ source: Source; sink: Sink; finish: () => Promise<void> }> {
  const sink = new Sink()
  const { client } = await connected(contender as ImplementationName, hub, (stream) => sink.read(stream))
  const source = new Source(client.createStream(), limit)
  return {
    source,
    sink,
    async finish() {
      source.stop()
      await Promise.race([sink.hasReceived(source.written), sleep(20_000)])
      verify('bytes received', sink.bytes, source.written)
    },
  }
}

const RATE: MetricInfo = { name: 'rate', unit: 'MB/s', better: 'more' }
const CPU: MetricInfo = { name: 'cpu', unit: 'ms CPU/MB, both ends', better: 'less' }

export const dataAtZeroLatency: Scenario = {
  name: 'data-zero',
  title: 'Data, no latency',
  contenders: [...implementations, OURS_AGAIN, 'crypto floor'],
  metrics: [RATE, CPU, ...GAPS],
  rounds: { full: 3, quick: 1 },
  async run(contender, spans) {
    if (contender === 'crypto floor') {
      const { perSecond, cpu } = floor(spans, cryptoRoundTrip(FULL, REPLY))
      return { rate: (perSecond * FULL) / MEGABYTE, cpu: (cpu / 1000 / FULL) * MEGABYTE }
    }
    const { sink, finish } = await dataFlow(contender, new Hub())
    const { wall, cpu, before, after } = await measureSpan(warmedLonger(spans), () => sink.bytes, busy)
    const gaps = await watchEventLoop(spans.measured / 2)
    await finish()
    const megabytes = (after - before) / MEGABYTE
    return { rate: megabytes / wall, cpu: (cpu * 1000) / megabytes, ...gaps }
  },
}

/**
 * 64 MiB on a fresh connection, from the first byte written to the last one read. Who sends one window per round trip
 * would take minutes and is timed as far as it gets: it does not become faster.
 */
export function dataAt(roundTrip: number, rounds: Scenario['rounds']): Scenario {
  return {
    name: `data-${roundTrip}ms`,
    title: `Data, 64 MiB, round trip ${roundTrip} ms`,
    contenders: implementations,
    metrics: [RATE, CPU],
    rounds,
    async run(contender, spans) {
      const hub = new Hub({ roundTrip })
      const { source, sink, finish } = await dataFlow(contender, hub, TRANSFER)
      const stop = startUsage()
      await Promise.race([source.ended, sleep(2 * spans.measured)])
      await finish()
      const { wall, cpu } = stop()
      const megabytes = sink.bytes / MEGABYTE
      return { rate: megabytes / wall, cpu: (cpu * 1000) / megabytes }
    },
  }
}
