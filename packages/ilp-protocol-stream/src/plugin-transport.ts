import { randomBytes } from 'node:crypto'
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
import { bufferView } from './buffers.js'
import { logger } from './logger.js'
import type { Plugin } from './plugin.js'
import type { Answer, PrepareHandler, Transport } from './transport.js'

interface Receiver {
  readonly localAddress: IlpAddress
  readonly handler: PrepareHandler
}

const log = logger('Transport')
const NOTHING = new Uint8Array(0)
/** A plugin has one data handler, so all that receive through it share one, whoever comes first. */
const receiversOf = new WeakMap<Plugin, Receiver[]>()

/** The network behind a plugin. Several transports of one plugin receive side by side. */
export function pluginTransport(plugin: Plugin): Transport {
  return new PluginTransport(plugin)
}

class PluginTransport implements Transport {
  constructor(private readonly plugin: Plugin) {}

  send(prepare: IlpPrepare, onReply: Answer, onFailure: (cause: unknown) => void): void {
    void sendData(this.plugin, encodeIlpPrepareInFront(prepare, bufferView)).then((data) => {
      const reply = readReply(data, onFailure)
      if (reply !== undefined) onReply(reply)
    }, onFailure)
  }

  receive(localAddress: IlpAddress, handler: PrepareHandler): () => void {
    const { plugin } = this
    const receiver = { localAddress, handler }
    const receivers = receiversOf.get(plugin)
    if (receivers === undefined) receiversOf.set(plugin, [receiver])
    else receivers.push(receiver)
    listen(plugin, receivers ?? receiversOf.get(plugin)!)
    return () => stopReceiving(plugin, receiver)
  }
}

function stopReceiving(plugin: Plugin, receiver: Receiver): void {
  const receivers = receiversOf.get(plugin) ?? []
  const place = receivers.indexOf(receiver)
  if (place < 0) return
  receivers.splice(place, 1)
  if (receivers.length === 0) plugin.deregisterDataHandler()
}

/**
 * The address at which one more connection of this account can receive: the account's own, or one below it when that is
 * taken, so that what comes in tells whose it is.
 */
export function freeAddress(plugin: Plugin, account: IlpAddress): IlpAddress {
  for (const { localAddress } of receiversOf.get(plugin) ?? []) {
    if (localAddress === account) return `${account}.${randomBytes(9).toString('base64url')}`
  }
  return account
}

/** Registers again each time: the program may have taken the handler away, and some plugins refuse a second one. */
function listen(plugin: Plugin, receivers: readonly Receiver[]): void {
  plugin.deregisterDataHandler()
  plugin.registerDataHandler(
    (data) =>
      new Promise((resolve) => {
        dispatch(receivers, data, (reply) => resolve(replyBytes(reply)))
      }),
  )
}

/** Whoever sent the packet gets an answer, whatever happens. */
function dispatch(receivers: readonly Receiver[], data: Uint8Array, answer: Answer): void {
  let prepare: IlpPrepare
  try {
    prepare = decodeIlpPrepare(data)
  } catch {
    log.error('got data that is not an ILP Prepare packet (%d bytes)', data.length)
    const message = `Expected an ILP Prepare packet (type 12), but got packet with type: ${data[0]}`
    return answer(reject('F00', addressOf(receivers), message))
  }
  try {
    for (const { handler } of receivers) if (handler(prepare, answer)) return
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
    return decodeIlpReply(data)
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
