import { createCipheriv, createHash } from 'node:crypto'
import { describe, expect, onTestFinished } from 'vitest'
import { inProcess, overBtp, type Path, type PathOptions, type Transport } from './paths.js'
import {
  ours,
  predecessor,
  type CredentialOptions,
  type Peer,
  type PeerConnection,
  type PeerOptions,
  type PeerServer,
  type PeerStream,
} from './peers.js'

export interface Pairing {
  readonly client: Peer
  readonly server: Peer
}

/** Each implementation on each end, and ours with itself as the control. */
const pairings: readonly Pairing[] = [
  { client: ours, server: predecessor },
  { client: predecessor, server: ours },
  { client: ours, server: ours },
]

/** Describes the same for each pairing in process. */
export function describePairings(define: (pairing: Pairing) => void): void {
  describeOver([inProcess], ({ client, server }) => define({ client, server }))
}

/** Describes the same for each pairing over each transport. */
export function describeCases(define: (setting: Pairing & { transport: Transport }) => void): void {
  describeOver([inProcess, overBtp], define)
}

function describeOver(transports: Transport[], define: (setting: Pairing & { transport: Transport }) => void): void {
  for (const transport of transports) {
    for (const { client, server } of pairings) {
      describe(`client ${client.name}, server ${server.name}, ${transport.name}`, () => {
        define({ client, server, transport })
      })
    }
  }
}

export const ends = ['client', 'server'] as const
export type End = (typeof ends)[number]

/** The other end. */
export const across = (end: End): End => (end === 'client' ? 'server' : 'client')

export interface SessionOptions extends PathOptions {
  transport?: Transport
  clientOptions?: PeerOptions
  serverOptions?: PeerOptions
  credentials?: CredentialOptions
}

/** A connection between two peers, seen from both ends. */
export interface Session {
  readonly client: PeerConnection
  readonly server: PeerConnection
  readonly listener: PeerServer
  readonly path: Path
  /** A stream opened at `end`. `remote` is its other half, which appears with the first money, data or limit. */
  open(end: End): { local: PeerStream; remote: Promise<PeerStream> }
}

/** Connects two peers across a path. Whatever a test leaves open is closed after it. */
export async function session(
  { client: clientPeer, server: serverPeer }: Pairing,
  { transport = inProcess, clientOptions, serverOptions, credentials, ...pathOptions }: SessionOptions = {},
): Promise<Session> {
  const path = await transport.open(pathOptions)
  const listener = await serverPeer.createServer({ plugin: path.server, disconnectDelay: 1, ...serverOptions })
  onTestFinished(() => listener.close())
  const accepted = listener.acceptConnection().then(watched)
  const client = watched(
    await clientPeer.createConnection({
      plugin: path.client,
      ...listener.generateAddressAndSecret(credentials),
      ...clientOptions,
    }),
  )
  const server = await accepted
  // One after the other: a predecessor that is told of the end while it tells of it itself waits 35 seconds.
  onTestFinished(() => client.destroy().then(() => server.destroy()))
  const connections = { client, server }
  return {
    ...connections,
    listener,
    path,
    open(end) {
      const remote = nextStream(connections[across(end)])
      return { local: quiet(connections[end].createStream()), remote }
    },
  }
}

/** What both ends say they sent, delivered and received is what moved on the path, to the unit. */
export function expectBooksToBalance({ client, server, path }: Session): void {
  expect({
    clientSent: client.totalSent,
    clientDelivered: client.totalDelivered,
    clientReceived: client.totalReceived,
    serverSent: server.totalSent,
    serverDelivered: server.totalDelivered,
    serverReceived: server.totalReceived,
  }).toEqual({
    clientSent: String(path.client.paid),
    clientDelivered: String(path.server.earned),
    clientReceived: String(path.client.earned),
    serverSent: String(path.server.paid),
    serverDelivered: String(path.client.earned),
    serverReceived: String(path.server.earned),
  })
}

export function nextStream(connection: PeerConnection): Promise<PeerStream> {
  return new Promise((resolve) => connection.once('stream', (stream: PeerStream) => resolve(quiet(stream))))
}

/** Resolves with what `event` carries when it comes next, whatever else happens before. */
export function nextEvent<T = unknown>(emitter: NodeJS.EventEmitter, event: string): Promise<T> {
  return new Promise((resolve) => emitter.once(event, resolve))
}

/** Bytes that compress to nothing and are the same in every run. */
export function someBytes(length: number, seed = 0): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(length))
}

export function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Everything until the stream ends. */
export async function readToEnd(stream: PeerStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The next `length` bytes, while the stream stays open. */
export function readBytes(stream: PeerStream, length: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let missing = length
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      missing -= chunk.length
      if (missing > 0) return
      stream.off('data', onData)
      resolve(Buffer.concat(chunks))
    }
    stream.on('data', onData)
  })
}

/** The predecessor throws an `error` that nobody listens for, as any emitter; a peer can cause it. */
function quiet(stream: PeerStream): PeerStream {
  return stream.on('error', () => {})
}

function watched(connection: PeerConnection): PeerConnection {
  return connection.on('error', () => {})
}
