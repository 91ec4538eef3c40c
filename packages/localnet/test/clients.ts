import { createHash, randomBytes } from 'node:crypto'
import {
  deserializeIlpPrepare,
  deserializeIlpReply,
  serializeIlpFulfill,
  serializeIlpPrepare,
  type IlpFulfill,
  type IlpReject,
} from 'ilp-packet'
import ilpPluginBtp from 'ilp-plugin-btp'
import { afterEach } from 'vitest'
import { startLocalnet, type Localnet, type LocalnetOptions } from '../src/index.js'

const PluginBtp = ilpPluginBtp.default
export type Plugin = InstanceType<typeof PluginBtp>

/** What a test opened, closed after it in reverse. */
export const opened: { close(): Promise<unknown> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

export const localnet = async (options: LocalnetOptions = {}): Promise<Localnet> => {
  const network = await startLocalnet({ port: 0, ...options })
  opened.push(network)
  return network
}

export const connect = async (server: string): Promise<Plugin> => {
  const plugin = new PluginBtp({ server })
  await plugin.connect()
  opened.push({ close: () => plugin.disconnect() })
  return plugin
}

const fulfillment = randomBytes(32)
const condition = createHash('sha256').update(fulfillment).digest()

/** Fulfils everything that is sent with `pay`, and keeps the amounts that arrived. */
export const receive = (plugin: Plugin): string[] => {
  const amounts: string[] = []
  plugin.registerDataHandler(async (data) => {
    amounts.push(deserializeIlpPrepare(data).amount)
    return serializeIlpFulfill({ fulfillment, data: Buffer.from('thanks') })
  })
  return amounts
}

export interface Payment {
  readonly amount?: string
  readonly expiresInMs?: number
  /** Length of the data. */
  readonly bytes?: number
}

export const prepare = (
  destination: string,
  { amount = '100', expiresInMs = 10_000, bytes = 0 }: Payment = {},
): Buffer =>
  serializeIlpPrepare({
    amount,
    destination,
    executionCondition: condition,
    expiresAt: new Date(Date.now() + expiresInMs),
    data: Buffer.alloc(bytes),
  })

export const pay = async (plugin: Plugin, destination: string, payment?: Payment): Promise<IlpFulfill | IlpReject> =>
  deserializeIlpReply(await plugin.sendData(prepare(destination, payment)))

/** The ILP error code, or `'fulfilled'`. */
export const outcome = async (plugin: Plugin, destination: string, payment?: Payment): Promise<string> => {
  const reply = await pay(plugin, destination, payment)
  return 'code' in reply ? reply.code : 'fulfilled'
}
