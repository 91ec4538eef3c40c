import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type Long from 'long'
import predecessorStream from 'predecessor'
import * as ourStream from '../../src/index.js'
import type { Plugin } from '../../src/index.js'

/** The part of the public interface that both implementations have. */
export interface PeerStream extends Duplex {
  readonly id: number
  readonly totalSent: string
  readonly totalReceived: string
  readonly receipt: Buffer | undefined
  isOpen(): boolean
  setSendMax(amount: string | number): void
  setReceiveMax(amount: string | number): void
  sendTotal(amount: string | number, options?: { timeout?: number }): Promise<void>
  receiveTotal(amount: string | number, options?: { timeout?: number }): Promise<void>
}

export interface PeerConnection extends EventEmitter {
  readonly connectionTag?: string
  readonly destinationAccount: string | undefined
  readonly destinationAssetCode: string | undefined
  readonly destinationAssetScale: number | undefined
  readonly sourceAccount: string
  readonly sourceAssetCode: string
  readonly sourceAssetScale: number
  readonly minimumAcceptableExchangeRate: string
  readonly lastPacketExchangeRate: string
  readonly totalSent: string
  readonly totalDelivered: string
  readonly totalReceived: string
  createStream(): PeerStream
  end(): Promise<void>
  destroy(error?: Error): Promise<void>
}

export interface PeerOptions {
  slippage?: number
  enablePadding?: boolean
  idleTimeout?: number
  exchangeRate?: number
  maximumPacketAmount?: string
  shouldFulfill?: (amount: Long, packetId: Buffer, connectionTag?: string) => Promise<void>
  /** Ours only, and the next: the predecessor's receiver always allows a hundredth. */
  receiveMaxTolerance?: string
  receiptBase?: () => bigint
}

interface Credentials {
  destinationAccount: string
  sharedSecret: Buffer
  receiptsEnabled: boolean
}

export interface CredentialOptions {
  connectionTag?: string
  receiptNonce?: Buffer
  receiptSecret?: Buffer
}

export interface PeerServer extends EventEmitter {
  acceptConnection(): Promise<PeerConnection>
  generateAddressAndSecret(options?: string | CredentialOptions): Credentials
  close(): Promise<void>
}

interface DecodedReceipt {
  readonly nonce: Buffer
  readonly streamId: string
  readonly totalReceived: { toString(): string }
}

/** One implementation. */
export interface Peer {
  readonly name: string
  createConnection(
    options: PeerOptions & Omit<Credentials, 'receiptsEnabled'> & { plugin: Plugin },
  ): Promise<PeerConnection>
  createServer(
    options: PeerOptions & { plugin: Plugin; serverSecret?: Buffer; disconnectDelay?: number },
  ): Promise<PeerServer>
  verifyReceipt(receipt: Buffer, secret: Buffer): DecodedReceipt
}

export const ours: Peer = { name: 'ours', ...ourStream }

/** `ilp-protocol-stream` as it was published last. */
export const predecessor: Peer = { name: 'predecessor', ...predecessorStream }
