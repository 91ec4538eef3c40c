import type { RawData, WebSocket } from 'ws'
import type { Credentials } from './accounts.js'
import {
  decodeBtp,
  encodeBtpError,
  encodeBtpMessage,
  encodeBtpResponse,
  ilpOf,
  textOf,
  type BtpFault,
  type BtpProtocol,
} from './btp.js'

/** What came back for a request: an ILP packet, a BTP error, or nothing because the client is gone. */
export type Answer =
  | { readonly type: 'ilp'; readonly ilp: Uint8Array }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'gone' }

/** The network behind a session. */
export interface SessionHost {
  /** Takes the client in under an account; or says why not. */
  login(session: Session, credentials: Credentials): BtpFault | undefined
  /** An ILP packet that the client sent as a request; to be answered by `respond`, unless refused. */
  packet(session: Session, requestId: number, ilp: Uint8Array): BtpFault | undefined
  logout(session: Session): void
}

interface Pending {
  readonly expiresAt: number
  readonly onAnswer: (answer: Answer) => void
}

/** A client that stops reading is cut off when this much waits for it. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024
const POLICY_VIOLATION = 1008

/** One client's WebSocket: authentication, then requests and responses both ways. */
export class Session {
  readonly #socket: WebSocket
  readonly #host: SessionHost
  readonly #path: string
  readonly #pending = new Map<number, Pending>()
  #authTimer: NodeJS.Timeout | undefined
  #authenticated = false
  #nextRequestId = 1
  #gone = false

  constructor(socket: WebSocket, path: string, host: SessionHost, authTimeoutMs: number) {
    this.#socket = socket
    this.#host = host
    this.#path = path
    this.#authTimer = setTimeout(() => socket.close(POLICY_VIOLATION, 'not authenticated in time'), authTimeoutMs)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('close', () => this.#close())
    // What goes wrong with a socket ends in `close`; without a listener it would end the process.
    socket.on('error', () => socket.terminate())
  }

  get isOpen(): boolean {
    return this.#authenticated && !this.#gone && this.#socket.readyState === this.#socket.OPEN
  }

  /** Sends an ILP packet as a request. `onAnswer` is called once, unless `forgetExpired` comes first. */
  request(ilp: Uint8Array, expiresAt: number, onAnswer: (answer: Answer) => void): void {
    if (!this.isOpen) return onAnswer({ type: 'gone' })
    while (this.#pending.has(this.#nextRequestId)) this.#nextRequestId = (this.#nextRequestId + 1) >>> 0
    const requestId = this.#nextRequestId
    this.#nextRequestId = (requestId + 1) >>> 0
    this.#pending.set(requestId, { expiresAt, onAnswer })
    this.#send(encodeBtpMessage(requestId, ilp))
  }

  /** The response to the client's request `requestId`. */
  respond(requestId: number, ilp: Uint8Array): void {
    this.#send(encodeBtpResponse(requestId, ilp))
  }

  /** Drops requests whose answer no longer matters, so that a client that never answers holds no memory. */
  forgetExpired(now: number): void {
    for (const [requestId, { expiresAt }] of this.#pending) {
      if (expiresAt <= now) this.#pending.delete(requestId)
    }
  }

  close(): void {
    this.#close()
    this.#socket.close(1001, 'network is closing')
  }

  terminate(): void {
    this.#socket.terminate()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#gone) return
    if (!isBinary) return this.#refuse(0, { code: 'F01', reason: 'text frame; BTP frames are binary' })
    const frame = decodeBtp(data as Buffer)
    if (frame.type === 'malformed') return this.#refuse(frame.requestId, frame.fault)
    if (frame.type === 'message') {
      const fault = this.#authenticated
        ? this.#request(frame.requestId, frame.protocols)
        : this.#authenticate(frame.requestId, frame.protocols)
      if (fault !== undefined) this.#refuse(frame.requestId, fault)
      return
    }
    if (!this.#authenticated) {
      return this.#refuse(frame.requestId, { code: 'F00', reason: 'the first packet must be a message with auth' })
    }
    if (frame.type === 'transfer') {
      return this.#refuse(frame.requestId, { code: 'F00', reason: 'nothing is settled here; send no transfers' })
    }
    const pending = this.#pending.get(frame.requestId)
    if (pending === undefined) return // Not asked, or no longer of interest.
    this.#pending.delete(frame.requestId)
    if (frame.type === 'error') return pending.onAnswer({ type: 'error', message: `BTP error ${frame.code}` })
    const ilp = ilpOf(frame.protocols)
    pending.onAnswer(ilp ? { type: 'ilp', ilp } : { type: 'error', message: 'response without an ILP packet' })
  }

  #authenticate(requestId: number, protocols: readonly BtpProtocol[]): BtpFault | undefined {
    if (protocols[0]?.protocolName !== 'auth') return { code: 'F00', reason: 'the first packet must begin with auth' }
    const token = textOf(protocols, 'auth_token')
    if (token === undefined) return { code: 'F00', reason: 'auth_token is missing' }
    const username = textOf(protocols, 'auth_username') ?? ''
    const fault = this.#host.login(this, { username, token, path: this.#path })
    if (fault !== undefined) return fault
    clearTimeout(this.#authTimer)
    this.#authenticated = true
    this.#send(encodeBtpResponse(requestId))
    return undefined
  }

  #request(requestId: number, protocols: readonly BtpProtocol[]): BtpFault | undefined {
    const ilp = ilpOf(protocols)
    if (ilp === undefined) return { code: 'F00', reason: 'message without an ILP packet' }
    return this.#host.packet(this, requestId, ilp)
  }

  /** Says what was wrong. Before authentication that is also the end. */
  #refuse(requestId: number, fault: BtpFault): void {
    this.#send(encodeBtpError(requestId, fault))
    if (!this.#authenticated) this.#socket.close(POLICY_VIOLATION, 'not authenticated')
  }

  #send(bytes: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) return this.#socket.terminate()
    this.#socket.send(bytes)
  }

  #close(): void {
    if (this.#gone) return
    this.#gone = true
    clearTimeout(this.#authTimer)
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#host.logout(this)
    for (const { onAnswer } of pending) onAnswer({ type: 'gone' })
  }
}
