import ilpPluginBtp from 'ilp-plugin-btp'
import { startLocalnet } from '@stream/localnet'
import { onTestFinished } from 'vitest'
import { pluginPair } from '../plugin-pair.js'
import { MeteredPlugin } from './metered-plugin.js'

export interface PathOptions {
  /** Server units per client unit, whatever the scales; the way back has the inverse. Default 1. */
  rate?: number
  /** Asset scales of the two ends, as the connector tells them. Default 9. */
  clientScale?: number
  serverScale?: number
  /** The most a packet may carry, in units of the end it leaves from. Default 1000. */
  maxPacketAmount?: bigint
}

/** Two ends of a path through one connector. */
export interface Path {
  readonly client: MeteredPlugin
  readonly server: MeteredPlugin
}

export interface Transport {
  readonly name: string
  open(options: PathOptions): Promise<Path>
}

/** Both ends in one process, with nothing in between that waits. */
export const inProcess: Transport = {
  name: 'in process',
  open({ rate = 1, maxPacketAmount = 1000n, ...scales }) {
    const { client, server } = pluginPair({ rate, maxAmount: maxPacketAmount, ...scales })
    return Promise.resolve({ client: new MeteredPlugin(client), server: new MeteredPlugin(server) })
  },
}

/** The embedded network and `ilp-plugin-btp`: WebSockets on loopback. */
export const overBtp: Transport = {
  name: 'over BTP',
  async open({ rate = 1, clientScale = 9, serverScale = 9, maxPacketAmount = 1000n }) {
    const network = await startLocalnet({
      port: 0,
      // Of one whole ABC in whole XYZ, so that a unit is worth `rate` units.
      prices: { 'ABC/XYZ': timesPowerOfTen(rate, clientScale - serverScale) },
      maxPacketAmount,
      accounts: {
        client: { assetCode: 'ABC', assetScale: clientScale },
        server: { assetCode: 'XYZ', assetScale: serverScale },
      },
    })
    onTestFinished(() => network.close())
    const end = (account: string) => new MeteredPlugin(new ilpPluginBtp.default({ server: network.url(account) }))
    return { client: end('client'), server: end('server') }
  },
}

function timesPowerOfTen(value: number, power: number): string {
  const [digits, exponent] = value.toExponential().split('e')
  return `${digits}e${Number(exponent) + power}`
}
