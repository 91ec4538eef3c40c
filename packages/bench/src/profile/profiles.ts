import { Session } from 'node:inspector/promises'
import { busy, type Spans } from '../measure.js'
import { Hub } from '../network/hub.js'
import { dataFlow } from '../scenarios/data.js'
import { MAX_PACKET, moneyFlow, settle } from '../scenarios/money.js'
import { sharesOf, type Shares } from './parts.js'

/** Microseconds between two looks at the stack. */
const INTERVAL = 250

/** Where our own time goes in the steady state, both ends in one process, no latency. */
export const profiles = {
  async money(spans: Spans): Promise<Shares> {
    const hub = new Hub({ maxPacketAmount: MAX_PACKET })
    const check = await moneyFlow('ours', hub)
    const shares = await profiled(spans)
    await settle(hub, 0, check)
    return shares
  },
  async data(spans: Spans): Promise<Shares> {
    const { finish } = await dataFlow('ours', new Hub())
    const shares = await profiled(spans)
    await finish()
    return shares
  },
}
export type ProfileName = keyof typeof profiles

async function profiled({ warmUp, measured }: Spans): Promise<Shares> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL })
  await busy(warmUp)
  await session.post('Profiler.start')
  await busy(measured)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return sharesOf(profile)
}
