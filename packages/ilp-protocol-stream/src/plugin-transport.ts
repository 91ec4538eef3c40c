import { randomBytes } from 'node:crypto'
import type { Duration } from '@stream/flow'
import {
  decodeIlpPrepare,
  decodeIlpReply,
  encodeIlpPrepareInFront,
  encodeIlpReplyInto,
  ilpReplySize,
  type IlpAddress,
  type IlpPrepare,
  type IlpReject,
  type IlpReply,
} from '@stream/frames/ilp'
import { packetView, plainBytes } from './buffers.js'
import { logger } from './logger.js'
import { connectPlugin, type Plugin } from './plugin.js'
import type { Answer, Receiver, Transport } from './transport.js'

const log = logger('Transport')
const NOTHING = new Uint8Array(0)
const NOBODY: readonly Receiver[] = []
const transports = new WeakMap<Plugin, PluginTransport>()

/** The network behind a plugin. All that use the plugin share it. */
export function pluginTransport(plugin: Plugin): PluginTransport {
  const known = transports.get(plugin)
  if (known !== undefined) return known
  const transport = new PluginTransport(plugin)
  transports.set(plugin, transport)
  return transport
}

export class PluginTransport implements Transport {
  #users = 0
  /** A plugin has one data handler, so all that receive through it share one, whoever comes first. */
  #receivers: Receiver[] | undefined

  constructor(private readonly plugin: Plugin) {}

  /**
   * Connects the plugin for one more user of it, who owes one `release`.
   * @throws {UplinkError} when it does not connect in time; then nothing is owed.
   */
  async connect(timeout: Duration): Promise<void> {
    this.#users++
    try {
      await connectPlugin(this.plugin, timeout)
    } catch (error) {
      // A plugin that hangs may hang in disconnect too, and it goes on trying unless it is told to stop.
      void this.release()
      throw error
    }
  }

  /** The last of the users disconnects the plugin. */
  async release(): Promise<void> {
    if (--this.#users > 0) return
    try {
      await this.plugin.disconnect()
    } catch (error) {
      log.error('error disconnecting plugin: %s', error)
    }
  }

  send(prepare: IlpPrepare, onReply: Answer, onFailure: (cause: unknown) => void): void {
    void sendData(this.plugin, encodeIlpPrepareInFront(prepare, packetView)).then((data) => {
      const reply = readReply(data, onFailure)
      if (reply !== undefined) onReply(reply)
    }, onFailure)
  }

  /** Registers again each time: the program may have taken the handler away, and some plugins refuse a second one. */
  receive(receiver: Receiver): void {
    if (this.#receivers === undefined) this.#receivers = [receiver]
    else this.#receivers.push(receiver)
    this.plugin.deregisterDataHandler()
    this.plugin.registerDataHandler(this.#onData.bind(this))
  }

  stopReceiving(receiver: Receiver): void {
    const place = this.#receivers?.indexOf(receiver) ?? -1
    if (place < 0) return
    this.#receivers?.splice(place, 1)
    if (this.#receivers?.length === 0) this.plugin.deregisterDataHandler()
  }

  /**
   * The address at which one more connection of this account can receive: the account's own, or one below it when that is
   * taken, so that what comes in tells whose it is.
   */
  freeAddress(account: IlpAddress): IlpAddress {
    const isTaken = this.#receivers?.some(({ localAddress }) => localAddress === account) === true
    return isTaken ? `${account}.${randomBytes(9).toString('base64url')}` : account
  }

  #onData(data: Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      dispatch(this.#receivers ?? NOBODY, data, (reply) => resolve(replyBytes(reply)))
    })
  }
}

/** Whoever sent the packet gets an answer, whatever happens. */
function dispatch(receivers: readonly Receiver[], data: Uint8Array, answer: Answer): void {
  let prepare: IlpPrepare
  try {
    prepare = decodeIlpPrepare(plainBytes(data))
  } catch {
    log.error('got data that is not an ILP Prepare packet (%d bytes)', data.length)
    const message = `Expected an ILP Prepare packet (type 12), but got packet with type: ${data[0]}`
    return answer(reject('F00', addressOf(receivers), message))
  }
  try {
    for (const receiver of receivers) if (receiver.onPrepare(prepare, answer)) return
    // No message: it would tell strangers which implementation listens at an address.
    answer(reject('F02', addressOf(receivers), ''))
  } catch (error) {
    log.error('error handling prepare: %s', error)
    answer(reject('F00', addressOf(receivers), ''))
  }
}

/** On the object, each time: programs replace `sendData` after connecting. What it throws becomes a rejection. */
function sendData(plugin: Plugin, data: Buffer): Promise<Buffer> {
  try {
    return Promise.resolve(plugin.sendData(data))
  } catch (error) {
    return Promise.reject(error)
  }
}

function readReply(data: Uint8Array, onFailure: (cause: unknown) => void): IlpReply | undefined {
  try {
    return decodeIlpReply(plainBytes(data))
  } catch (cause) {
    onFailure(cause)
    return undefined
  }
}

/** In Node's pool of memory, where a small reply costs next to nothing. */
function replyBytes(reply: IlpReply): Buffer {
  const bytes = Buffer.allocUnsafe(ilpReplySize(reply))
  encodeIlpReplyInto(reply, bytes)
  return bytes
}

function addressOf(receivers: readonly Receiver[]): IlpAddress {
  return receivers.at(-1)?.localAddress ?? ''
}

function reject(code: string, triggeredBy: string, message: string): IlpReject {
  return { type: 'reject', code, triggeredBy, message, data: NOTHING }
}
