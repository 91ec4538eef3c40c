// Uses every option, getter, event and method of ilp-protocol-stream 2.x with its own types. Compiled, never run.
import {
  Connection,
  CreateConnectionOpts,
  DataAndMoneyStream,
  GenerateAddressSecretOpts,
  RECEIPT_VERSION,
  Receipt,
  ReceiptOpts,
  ReceiptWithHMAC,
  Server,
  ServerOpts,
  createConnection,
  createReceipt,
  createServer,
  decodeReceipt,
  verifyReceipt,
} from 'ilp-protocol-stream'
import { ConnectionError, ConnectionOpts } from 'ilp-protocol-stream/dist/src/connection'
import { decrypt, encrypt, generatePskEncryptionKey, hash, randomBytes } from 'ilp-protocol-stream/dist/src/crypto'
import {
  ConnectionCloseFrame,
  ErrorCode,
  Frame,
  FrameType,
  IlpPacketType,
  Packet,
  StreamDataFrame,
  StreamMaxMoneyFrame,
  StreamMoneyFrame,
} from 'ilp-protocol-stream/dist/src/packet'
import { createServer as createServerOfModule } from 'ilp-protocol-stream/dist/src/server'
import { DataAndMoneyStream as StreamOfModule } from 'ilp-protocol-stream/dist/src/stream'
import { LongValue, longFromValue, multiplyDivideFloor } from 'ilp-protocol-stream/dist/src/util/long'
import { Plugin } from 'ilp-protocol-stream/dist/src/util/plugin-interface'
import { verifyReceipt as verifyReceiptOfModule } from 'ilp-protocol-stream/dist/src/util/receipt'
import { EventEmitter } from 'events'
import { Duplex } from 'stream'

class OwnPlugin implements Plugin {
  async connect(): Promise<void> {}
  async disconnect(): Promise<void> {}
  isConnected(): boolean {
    return true
  }
  async sendData(data: Buffer): Promise<Buffer> {
    return data
  }
  registerDataHandler(_handler: (data: Buffer) => Promise<Buffer>): void {}
  deregisterDataHandler(): void {}
}

const shared: ConnectionOpts = {
  connectionId: 'name',
  plugin: new OwnPlugin(),
  destinationAccount: 'test.server',
  sourceAccount: 'test.client',
  slippage: 0.01,
  enablePadding: true,
  connectionTag: 'tag',
  receiptNonce: Buffer.alloc(16),
  receiptSecret: Buffer.alloc(32),
  maxRemoteStreams: 10,
  connectionBufferSize: 65_534,
  minExchangeRatePrecision: 3,
  idleTimeout: 60_000,
  maximumPacketAmount: '1000',
  exchangeRate: 0.5,
  getExpiry: (destination: string): Date => new Date(destination.length),
  shouldFulfill: async (packetAmount, packetId: Buffer, connectionTag?: string): Promise<void> => {
    if (packetAmount.toNumber() > packetId.length || connectionTag) throw new Error('no')
  },
}

async function serve(): Promise<void> {
  const opts: ServerOpts = { ...shared, serverSecret: Buffer.alloc(32), disconnectDelay: 100 }
  const server: Server = await createServer(opts)
  const other: Server = new Server({ plugin: new OwnPlugin() })
  await other.listen()
  await createServerOfModule({ plugin: new OwnPlugin() })
  const credentials: GenerateAddressSecretOpts = { connectionTag: 'tag', receiptNonce: Buffer.alloc(16) }
  server.generateAddressAndSecret()
  server.generateAddressAndSecret('tag')
  const given: { destinationAccount: string; sharedSecret: Buffer; receiptsEnabled: boolean } =
    server.generateAddressAndSecret(credentials)
  server.on('connection', (connection: Connection) => {
    const tag: string | undefined = connection.connectionTag
    connection.on('stream', (stream: DataAndMoneyStream) => use(stream, tag))
  })
  server.once('connection', async (connection: Connection) => connection.destroy(new Error(given.destinationAccount)))
  server.removeAllListeners('connection')
  server.on('of our own', (one: number, other?: string) => one + (other || ''))
  const accepted: Connection = await server.acceptConnection()
  const facts: [boolean, string, number] = [server.connected, server.assetCode, server.assetScale]
  await accepted.destroy(new ConnectionError(facts.join(), ErrorCode.ApplicationError))
  await server.close()
}

async function connect(): Promise<void> {
  const opts: CreateConnectionOpts = { ...shared, destinationAccount: 'test.server', sharedSecret: Buffer.alloc(32) }
  const connection: Connection = await createConnection(opts)
  connection.on('connect', () => {})
  connection.on('end', () => {})
  connection.on('close', () => {})
  connection.on('error', (error: Error) => error.message)
  // Emitters of 2.x take any listener for any event.
  await new Promise((resolve) => connection.once('close', resolve))
  connection.on('of our own', (...args: unknown[]) => args.length)
  connection.emit('of our own', 1, 2)
  const emitter: EventEmitter = connection
  emitter.prependListener('end', () => {})
  const texts: (string | undefined)[] = [
    connection.destinationAccount,
    connection.destinationAssetCode,
    connection.sourceAccount,
    connection.sourceAssetCode,
    connection.minimumAcceptableExchangeRate,
    connection.lastPacketExchangeRate,
    connection.totalDelivered,
    connection.totalSent,
    connection.totalReceived,
  ]
  const scales: (number | undefined)[] = [connection.sourceAssetScale, connection.destinationAssetScale]
  await connection.connect()
  const stream: StreamOfModule = connection.createStream()
  use(stream, texts.concat(scales.map(String)).join())
  await connection.end()
}

function use(stream: DataAndMoneyStream, tag: string | undefined): void {
  const duplex: Duplex = stream
  const limit: LongValue = longFromValue('10', true)
  stream.setSendMax(limit)
  stream.setSendMax(10)
  stream.setReceiveMax('10')
  stream.setReceiveMax(Infinity)
  const waits: Promise<void>[] = [stream.sendTotal(limit, { timeout: 1 }), stream.receiveTotal('5', { timeout: 1 })]
  stream.on('money', (amount: string) => amount.length)
  stream.on('money', (amount: string, prepare: { destination: string }) => amount + prepare.destination)
  stream.on('outgoing_money', (amount: string) => amount.length)
  stream.on('outgoing_total_sent', () => {})
  stream.on('data', (chunk: Buffer) => chunk.length)
  stream.on('end', () => {})
  stream.on('error', (error: Error) => error.message)
  const numbers: number[] = [
    stream.id,
    stream.readableLength,
    stream.writableLength,
    stream.readableHighWaterMark,
    stream.writableHighWaterMark,
  ]
  const texts: string[] = [stream.totalSent, stream.totalReceived, stream.sendMax, stream.receiveMax, tag ?? '']
  const receipt: Buffer | undefined = stream.receipt
  if (stream.isOpen() && receipt) stream.write(receipt)
  stream.write(`${texts.join()}${numbers.join()}${waits.length}`, 'utf8', () => {})
  duplex.pipe(stream).end()
  stream.destroy(new Error('enough'))
}

function receipts(): void {
  const opts: ReceiptOpts = { nonce: Buffer.alloc(16), streamId: '1', totalReceived: '5', secret: Buffer.alloc(32) }
  const bytes: Buffer = createReceipt(opts)
  const decoded: Receipt = decodeReceipt(bytes)
  const verified: Receipt = verifyReceipt(bytes, (one: ReceiptWithHMAC) => one.hmac)
  verifyReceiptOfModule(bytes, opts.secret)
  const version: number = RECEIPT_VERSION + decoded.version
  const total: string = verified.totalReceived.add(version).toString() + decoded.streamId + decoded.nonce.length
  if (total) throw new Error(total)
}

async function packets(sharedSecret: Buffer): Promise<Frame[]> {
  const key: Buffer = await generatePskEncryptionKey(sharedSecret)
  const frames: Frame[] = [
    new StreamMoneyFrame(1, '1'),
    new StreamMaxMoneyFrame(1, Infinity, 0),
    new StreamDataFrame(1, 0, Buffer.from('data')),
    new ConnectionCloseFrame(ErrorCode.NoError, ''),
  ]
  const packet = new Packet('1', IlpPacketType.Prepare, 10, frames)
  const sealed: Buffer = await packet.serializeAndEncrypt(key, 32_767)
  const read: Packet = await Packet.decryptAndDeserialize(key, sealed)
  for (const frame of read.frames) {
    if (frame.type === FrameType.StreamMoney) multiplyDivideFloor(read.prepareAmount, frame.shares, frame.streamId)
    if (frame.type === FrameType.StreamData) await hash(frame.data)
    if (frame.type === FrameType.ConnectionClose) await encrypt(key, Buffer.from(ErrorCode[frame.errorCode]!))
  }
  await decrypt(key, randomBytes(packet.byteLength() + read.sequence.toNumber()))
  return read.frames.filter((frame) => frame.name === FrameType[frame.type])
}

export const programs = [serve, connect, receipts, packets]
