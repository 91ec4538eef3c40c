import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConnectorStats } from '@stream/simulator'
import { WebSocketServer } from 'ws'
import { LocalnetError } from './errors.js'
import { localnetSettings, type LocalnetOptions, type LocalnetSettings } from './options.js'
import { Session } from './session.js'
import { Switchboard, type LocalnetAccount } from './switchboard.js'

/** A running network. */
export interface Localnet {
  /** Where a plugin connects: `btp+ws://name:token@host:port`. Without `account` an unnamed one with a fresh token. */
  url(account?: string): string
  readonly port: number
  /** ILP address of the network; those of the accounts begin with it. */
  readonly address: string
  /** Accounts that are or have been connected, and those of the options. */
  accounts(): LocalnetAccount[]
  stats(): ConnectorStats
  /** Answers what is under way with T01, disconnects all clients and frees the port. */
  close(): Promise<void>
}

/** An ILP packet has at most 32 767 bytes of data; the rest is room for addresses and side protocols. */
const MAX_FRAME_BYTES = 128 * 1024
const CLOSE_GRACE_MS = 250

/** Both loopback addresses: what `localhost` means to a client differs between machines. */
const LOOPBACK = ['127.0.0.1', '::1']

const listen = async (server: Server, host: string, port: number): Promise<number> => {
  server.listen({ host, port, exclusive: true })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const listenError = (error: unknown, host: string, port: number): LocalnetError => {
  if (codeOf(error) === 'EADDRINUSE') {
    return new LocalnetError(
      'portInUse',
      `port ${port} on ${host} is in use, perhaps by moneyd or another localnet; ` +
        'stop that one, or start with another port (option port; 0 takes any that is free)',
      { cause: error },
    )
  }
  return new LocalnetError('listen', `cannot listen on ${host} port ${port}: ${(error as Error).message}`, {
    cause: error,
  })
}

const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** One server per interface, all on one port. A machine without IPv6 has one loopback address less. */
const listenOnAll = async (host: string, wanted: number): Promise<{ servers: Server[]; port: number }> => {
  const servers: Server[] = []
  const hosts = host === 'localhost' ? LOOPBACK : [host]
  let port = wanted
  for (const [index, interfaceAddress] of hosts.entries()) {
    const server = createServer((_request, response) => {
      response
        .writeHead(426, { 'content-type': 'text/plain' })
        .end('This is an Interledger network: BTP over WebSocket.\n')
    })
    try {
      port = await listen(server, interfaceAddress, port)
      servers.push(server)
    } catch (error) {
      if (index > 0 && (NO_SUCH_ADDRESS.has(codeOf(error) ?? '') || wanted === 0)) continue
      for (const open of servers) open.close()
      throw listenError(error, interfaceAddress, port)
    }
  }
  return { servers, port }
}

const credentialUrl = (settings: LocalnetSettings, port: number, account: string | undefined): string => {
  const token = account === undefined ? randomBytes(16).toString('hex') : (settings.accounts.get(account)?.token ?? '')
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  return `btp+ws://${encodeURIComponent(account ?? '')}:${encodeURIComponent(token)}@${host}:${port}`
}

/**
 * Starts a network in this process: every client that connects gets an account and an ILP address, and may pay every other.
 * It takes the place of moneyd for development: same port, same protocol (BTP 2.0 over WebSocket), no configuration.
 *
 * @throws LocalnetError when an option cannot be, or the port is in use.
 */
export const startLocalnet = async (options: LocalnetOptions = {}): Promise<Localnet> => {
  const settings = localnetSettings(options)
  const { servers, port } = await listenOnAll(settings.host, settings.port)
  const switchboard = new Switchboard(settings)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false })
  const sessions = new Map<Session, Promise<unknown>>()

  for (const server of servers) {
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const path = (request.url ?? '/').replace(/^\/+|[?#].*$/g, '').replace(/\/+$/, '')
        const session = new Session(webSocket, path, switchboard, settings.authTimeoutMs)
        const ended = new Promise((resolve) => webSocket.on('close', resolve))
        sessions.set(session, ended)
        void ended.then(() => sessions.delete(session))
      })
    })
  }

  const shutDown = async (): Promise<void> => {
    const closed = servers.map((server) => {
      const end = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      return end
    })
    switchboard.close()
    for (const session of sessions.keys()) session.close()
    const grace = setTimeout(() => {
      for (const session of sessions.keys()) session.terminate()
      for (const server of servers) server.closeAllConnections()
    }, CLOSE_GRACE_MS)
    await Promise.all([...closed, ...sessions.values()])
    clearTimeout(grace)
    sockets.close()
  }

  let closing: Promise<void> | undefined
  return {
    url: (account) => credentialUrl(settings, port, account),
    port,
    address: settings.prefix,
    accounts: () => switchboard.accounts(),
    stats: () => switchboard.stats(),
    close: () => (closing ??= shutDown()),
  }
}
