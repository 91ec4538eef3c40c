import { onTestFinished, vi } from 'vitest'
import {
  createConnection,
  createServer,
  type Connection,
  type ConnectionOpts,
  type CreateConnectionOpts,
  type DataAndMoneyStream,
  type GenerateAddressSecretOpts,
  type Server,
  type ServerOpts,
} from '../src/index.js'
import { pluginPair, type PairedPlugin, type PairOptions } from './plugin-pair.js'

/** Whoever waits for more than so many timers waits for ever. */
const MOST_TIMERS = 2_000

export interface ConnectedOptions extends PairOptions {
  server?: ServerOpts
  client?: Omit<ConnectionOpts, 'destinationAccount'>
  credentials?: string | GenerateAddressSecretOpts
  /** What the server's streams are let receive; default 1e9. `false`: streams are left alone. */
  receiveMax?: number | false
}

export interface Connected {
  readonly clientPlugin: PairedPlugin
  readonly serverPlugin: PairedPlugin
  readonly server: Server
  readonly client: Connection
  readonly served: Connection
  readonly credentials: Pick<CreateConnectionOpts, 'destinationAccount' | 'sharedSecret'>
  /** The next stream the peer of `on` opens there. */
  readonly nextStream: (on: Connection) => Promise<DataAndMoneyStream>
}

/** A server that listens, closed when the test is over. */
export async function listening(opts: ServerOpts): Promise<Server> {
  const server = await createServer({ disconnectDelay: 1, ...opts })
  onTestFinished(() => server.close())
  return server
}

/** A client connected to a server across a plugin pair, ended when the test is over. */
export async function connected({
  server: serverOpts,
  client: clientOpts,
  credentials: contents,
  receiveMax = 1e9,
  ...pair
}: ConnectedOptions = {}): Promise<Connected> {
  const { client: clientPlugin, server: serverPlugin } = pluginPair(pair)
  const server = await listening({ plugin: serverPlugin, serverSecret: Buffer.alloc(32), ...serverOpts })
  const credentials = server.generateAddressAndSecret(contents)
  const accepted = server.acceptConnection().then((served) => {
    if (receiveMax !== false) served.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax(receiveMax))
    return served
  })
  const client = await createConnection({ plugin: clientPlugin, ...credentials, ...clientOpts })
  const served = await accepted
  onTestFinished(() => client.destroy())
  const nextStream = (on: Connection): Promise<DataAndMoneyStream> =>
    new Promise((resolve) => on.once('stream', (stream: DataAndMoneyStream) => resolve(stream)))
  return { clientPlugin, serverPlugin, server, client, served, credentials, nextStream }
}

/** Resolves with the arguments of the next `event`. */
export function once(emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> {
  return new Promise((resolve) => emitter.once(event, (...args: unknown[]) => resolve(args)))
}

/** Counts and orders what emitters tell. */
export function record(into: string[], emitter: NodeJS.EventEmitter, name: string, ...events: string[]): void {
  for (const event of events) emitter.on(event, () => into.push(`${name} ${event}`))
}

/** Everything that packets and events started in this turn could lead to, without waiting for time to pass. */
export async function settled(turns = 10): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for `promise` while faked time passes: from timer to timer, whenever nothing is left to do in an instant. */
export async function inFakeTime<T>(promise: Promise<T>): Promise<T> {
  const state = { isSettled: false }
  const settle = (): void => void (state.isSettled = true)
  promise.then(settle, settle)
  for (let timers = 0; timers < MOST_TIMERS; timers++) {
    await settled(20)
    if (state.isSettled) break
    vi.advanceTimersToNextTimer()
  }
  return promise
}

/** What a promise that must fail fails with; `undefined` when it does not. Never unhandled. */
export function failure(promise: Promise<unknown>): Promise<Error | undefined> {
  return promise.then(
    () => undefined,
    (error: Error) => error,
  )
}
