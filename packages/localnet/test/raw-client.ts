import { deserialize, serializeMessage, type BtpPacket } from 'btp-packet'
import { WebSocket } from 'ws'
import { opened } from './clients.js'

/** A BTP client that says exactly what a test wants, right or wrong. */
export class RawClient {
  readonly #socket: WebSocket
  readonly #arrived: ReturnType<typeof deserialize>[] = []
  readonly #waiting: ((packet: ReturnType<typeof deserialize>) => void)[] = []
  /** The WebSocket close code. */
  readonly closed: Promise<number>

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const packet = deserialize(data as Buffer)
      const waiting = this.#waiting.shift()
      if (waiting) waiting(packet)
      else this.#arrived.push(packet)
    })
  }

  static async open(port: number, path = ''): Promise<RawClient> {
    const socket = new WebSocket(`ws://localhost:${port}/${path}`)
    const client = new RawClient(socket)
    opened.push({ close: async () => socket.terminate() })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return client
  }

  /** Opens and authenticates. */
  static async login(port: number, username: string, token = ''): Promise<RawClient> {
    const client = await RawClient.open(port)
    client.send(auth(1, { auth_username: username, auth_token: token }))
    await client.next()
    return client
  }

  send(data: Uint8Array | string): void {
    this.#socket.send(data)
  }

  sendIlp(requestId: number, ilp: Uint8Array): void {
    this.send(serializeMessage(requestId, [{ protocolName: 'ilp', contentType: 0, data: Buffer.from(ilp) }]))
  }

  /** The next packet that arrives, or has arrived and was not taken yet. */
  next(): Promise<ReturnType<typeof deserialize>> {
    const packet = this.#arrived.shift()
    return packet ? Promise.resolve(packet) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Once the network has taken in everything that was sent: frames keep their order, so an answered ping comes after them. */
  async settled(): Promise<void> {
    const pong = new Promise((resolve) => this.#socket.once('pong', resolve))
    this.#socket.ping()
    await pong
  }

  vanish(): void {
    this.#socket.terminate()
  }

  /** Stops reading from the network. */
  pause(): void {
    this.#socket.pause()
  }
}

export const auth = (requestId: number, entries: Record<string, string>): Buffer =>
  serializeMessage(requestId, [
    { protocolName: 'auth', contentType: 0, data: Buffer.alloc(0) },
    ...Object.entries(entries).map(([protocolName, text]) => ({
      protocolName,
      contentType: 1,
      data: Buffer.from(text),
    })),
  ])

/** The parts of a BTP error that a test looks at; the type number is 2. */
export const errorOf = (packet: ReturnType<typeof deserialize>) => {
  const { code, name, data } = packet.data as Extract<BtpPacket, { type: 2 }>['data']
  return {
    type: packet.type as number,
    requestId: packet.requestId,
    code,
    name,
    message: JSON.parse(data).message as string,
  }
}
