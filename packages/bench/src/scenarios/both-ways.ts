import { setTimeout as sleep } from 'node:timers/promises'
import { connected } from '../contenders/connected.js'
import { implementations, type ImplementationName, type Stream } from '../contenders/implementation.js'
import { startUsage, verify } from '../measure.js'
import { Hub } from '../network/hub.js'
import { CPU, MAX_PACKET } from './money.js'
import type { Scenario } from './scenario.js'

const STREAMS = 100
const ROUND_TRIP = 10
/** Units that each end sends on each stream. */
const UNITS = '2000'
const TIME_LIMIT = { timeout: 60_000 }

export const streamsBothWays: Scenario = {
  name: 'both-ways-100',
  title: `${STREAMS} streams, money both ways on each, round trip ${ROUND_TRIP} ms`,
  contenders: implementations,
  metrics: [{ name: 'seconds', unit: 's until all is paid', better: 'less' }, CPU],
  rounds: { full: 2, quick: 1 },
  async run(contender) {
    const hub = new Hub({ roundTrip: ROUND_TRIP, maxPacketAmount: MAX_PACKET })
    const answers: Promise<void>[] = []
    const serverStreams: Stream[] = []
    const send = (stream: Stream): Promise<void> => {
      stream.setReceiveMax(UNITS)
      return stream.sendTotal(UNITS, TIME_LIMIT)
    }
    let allOpen = (): void => {}
    const opened = new Promise<void>((resolve) => (allOpen = resolve))
    const { client, accepted } = await connected(contender as ImplementationName, hub, (stream) => {
      serverStreams.push(stream)
      answers.push(send(stream))
      if (serverStreams.length === STREAMS) allOpen()
    })
    await accepted
    const stop = startUsage()
    const clientStreams = Array.from({ length: STREAMS }, () => client.createStream())
    await Promise.all(clientStreams.map(send))
    await opened
    await Promise.all(answers)
    const { wall, cpu } = stop()
    await sleep(4 * ROUND_TRIP)
    for (const stream of [...clientStreams, ...serverStreams]) {
      verify('totalSent of a stream', stream.totalSent, UNITS)
      verify('totalReceived of a stream', stream.totalReceived, UNITS)
    }
    verify('units that the network carried', hub.books.units, 2n * BigInt(STREAMS) * BigInt(UNITS))
    return { seconds: wall, cpu: (cpu * 1e6) / hub.books.fulfilled }
  },
}
