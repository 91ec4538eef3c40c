import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Plugin } from 'ilp-protocol-stream'

/** The part of the public interface of `ilp-protocol-stream` that all its versions share. */
export interface Stream extends Duplex {
  readonly totalSent: string
  readonly totalReceived: string
  setSendMax(amount: string): void
  setReceiveMax(amount: string | number): void
  sendTotal(amount: string, options?: { timeout: number }): Promise<void>
}

export interface Connection extends EventEmitter {
  readonly totalSent: string
  readonly totalReceived: string
  createStream(): Stream
  end(): Promise<void>
}

export interface Credentials {
  readonly destinationAccount: string
  readonly sharedSecret: Buffer
}

export interface Server extends EventEmitter {
  generateAddressAndSecret(): Credentials
  close(): Promise<void>
}

/** Milliseconds: longer than any run, for connections that have nothing to do. */
export const NEVER_IDLE = 24 * 60 * 60 * 1000

interface Options {
  readonly plugin: Plugin
  readonly maxRemoteStreams?: number
  readonly idleTimeout?: number
}

export interface Implementation {
  readonly createServer: (options: Options) => Promise<Server>
  readonly createConnection: (options: Options & Credentials) => Promise<Connection>
}

export const implementations = ['ours', '2.7.2-alpha.3', '2.7.1'] as const
/** Ours once more, as a contender of its own: how far its ratio is from 1 is the noise. */
export const OURS_AGAIN = 'ours, again'
export type ImplementationName = (typeof implementations)[number] | typeof OURS_AGAIN

export async function load(name: ImplementationName): Promise<Implementation> {
  if (name === 'ours' || name === OURS_AGAIN) return import('ilp-protocol-stream')
  if (name === '2.7.2-alpha.3') return (await import('predecessor')).default
  return loadPublished()
}

/** As published, 2.7.1 can open no stream on Node 18 and later, which made `closed` of a `Duplex` a getter. */
async function loadPublished(): Promise<Implementation> {
  const { DataAndMoneyStream } = (await import('predecessor-2.7.1/dist/src/stream.js')) as {
    DataAndMoneyStream: { prototype: object }
  }
  Object.defineProperty(DataAndMoneyStream.prototype, 'closed', { writable: true, configurable: true, value: false })
  return (await import('predecessor-2.7.1')).default as unknown as Implementation
}
