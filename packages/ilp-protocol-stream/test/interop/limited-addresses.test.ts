import { describe, expect, onTestFinished, test } from 'vitest'
import { createServer, InvalidArgumentError, type GenerateAddressSecretOpts, type Server } from '../../src/index.js'
import { failure } from '../connected.js'
import { inProcess } from './paths.js'
import { ours, predecessor, type PeerConnection } from './peers.js'

interface Setting {
  readonly server: Server
  readonly connect: (credentials: GenerateAddressSecretOpts) => Promise<PeerConnection>
}

const EXPIRED = 'Remote connection error. Code: ApplicationError, message: The address has expired; ask for a new one'

describe.each([ours, predecessor])('a client ($name) with an address of ours', (peer) => {
  const setting = async (): Promise<Setting> => {
    const path = await inProcess.open({})
    const server = await createServer({ plugin: path.server, disconnectDelay: 1 })
    onTestFinished(() => server.close())
    server.on('connection', (connection) => connection.on('stream', (stream) => stream.setReceiveMax(1e9)))
    return {
      server,
      connect: async (credentials) => {
        const options = { plugin: path.client, ...server.generateAddressAndSecret(credentials) }
        const client = (await peer.createConnection(options)).on('error', () => {})
        onTestFinished(() => client.destroy())
        return client
      },
    }
  }

  test('that has not expired pays as ever', async () => {
    const { connect } = await setting()
    const client = await connect({ expiresAt: new Date(Date.now() + 60_000), receiveMax: 5_000n, maxPackets: 1_000 })
    await client.createStream().sendTotal(3_000)
    expect(client.totalDelivered).toBe('3000')
  })

  test('that has expired hears so, and the server makes no connection', async () => {
    const { server, connect } = await setting()
    let made = 0
    server.on('connection', () => made++)
    const error = await failure(connect({ expiresAt: Date.now() - 1 }))
    expect(error?.message).toContain(EXPIRED)
    expect(made).toBe(0)
  })

  test('that takes so much and no more has its rest unsent', async () => {
    const { connect } = await setting()
    const client = await connect({ connectionTag: 'invoice', receiveMax: '2500' })
    const stream = client.createStream()
    await expect(stream.sendTotal(4_000, { timeout: 500 })).rejects.toThrow(/^Timed out/)
    expect([client.totalSent, client.totalDelivered]).toEqual(['2500', '2500'])
  })
})

test('what a server hides in an address with limits is found again', async () => {
  const path = await inProcess.open({})
  const server = await createServer({ plugin: path.server, disconnectDelay: 1 })
  onTestFinished(() => server.close())
  const receiptNonce = Buffer.alloc(16, 1)
  const receiptSecret = Buffer.alloc(32, 2)
  const credentials = server.generateAddressAndSecret({
    connectionTag: 'x'.repeat(400),
    receiptNonce,
    receiptSecret,
    expiresAt: 8.64e15,
    receiveMax: 2n ** 64n - 1n,
    maxPackets: 2 ** 31,
  })
  expect(credentials.destinationAccount.length).toBeLessThanOrEqual(1023)
  expect(credentials.receiptsEnabled).toBe(true)
  const accepted = server.acceptConnection()
  const client = await ours.createConnection({ plugin: path.client, ...credentials })
  onTestFinished(() => client.destroy())
  const served = await accepted
  served.on('stream', (stream) => stream.setReceiveMax(1_000))
  expect(served.connectionTag).toBe('x'.repeat(400))
  const stream = client.createStream()
  await stream.sendTotal(10)
  expect(ours.verifyReceipt(stream.receipt ?? Buffer.alloc(0), receiptSecret).totalReceived.toString()).toBe('10')
})

test.each<[GenerateAddressSecretOpts, string]>([
  [{ expiresAt: NaN }, 'expiresAt must be a valid Date, or whole milliseconds since the Unix epoch, got NaN'],
  [{ expiresAt: new Date('never') }, 'got Invalid Date'],
  [{ receiveMax: -1 }, 'Expected positive number as receiveMax, got -1'],
  [{ maxPackets: 0 }, 'maxPackets must be a positive whole number, got 0'],
])('limits that are none are refused: %o', async (limits, message) => {
  const path = await inProcess.open({})
  const server = await createServer({ plugin: path.server, disconnectDelay: 1 })
  onTestFinished(() => server.close())
  expect(() => server.generateAddressAndSecret(limits)).toThrow(InvalidArgumentError)
  expect(() => server.generateAddressAndSecret(limits)).toThrow(message)
})
