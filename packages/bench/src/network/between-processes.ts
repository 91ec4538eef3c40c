import type { ChildProcess } from 'node:child_process'
import type { Account } from './hub.js'

type Handler = (data: Buffer) => Promise<Buffer>
/** With `advanced` serialization, so that bytes stay bytes. */
interface Message {
  readonly packet: { readonly id: number; readonly isReply: boolean; readonly data: Uint8Array }
}

/** One end of the channel between two processes of the benchmark; what is no packet is left to others. */
class Channel {
  handler: Handler | undefined
  readonly #waiting = new Map<number, (reply: Buffer) => void>()
  readonly #post: (message: Message) => void
  #lastId = 0

  constructor(post: (message: Message) => void) {
    this.#post = post
  }

  request(data: Buffer): Promise<Buffer> {
    const id = ++this.#lastId
    this.#post({ packet: { id, isReply: false, data } })
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }

  receive(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('packet' in message)) return
    const { id, isReply, data } = (message as Message).packet
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    if (isReply) {
      this.#waiting.get(id)?.(bytes)
      this.#waiting.delete(id)
    } else {
      void this.handler?.(bytes).then((reply) => this.#post({ packet: { id, isReply: true, data: reply } }))
    }
  }
}

/** Lends an account of the hub to a process that this one has started. */
export function lendAccount(account: Account, child: ChildProcess): void {
  const channel = new Channel((message) => void child.send(message))
  child.on('message', (message) => channel.receive(message))
  account.registerDataHandler((data) => channel.request(data))
  channel.handler = (data) => account.sendData(data)
}

/** A plugin for the account that the process which started this one has lent. */
export function borrowedAccount() {
  const channel = new Channel((message) => process.send?.(message))
  process.on('message', (message) => channel.receive(message))
  let isConnected = false
  return {
    connect: async (): Promise<void> => void (isConnected = true),
    disconnect: async (): Promise<void> => void (isConnected = false),
    isConnected: () => isConnected,
    registerDataHandler: (handler: Handler): void => void (channel.handler = handler),
    deregisterDataHandler: (): void => void (channel.handler = undefined),
    sendData: (data: Buffer) => channel.request(data),
  }
}
