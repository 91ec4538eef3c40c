import { expect, test } from 'vitest'
import { createConnection, createServer } from '../src/index.js'
import { pluginPair } from './plugin-pair.js'

test('money and data', async () => {
  const { client, server: serverPlugin } = pluginPair()
  const server = await createServer({ plugin: serverPlugin, serverSecret: Buffer.alloc(32) })
  const accepted = server.acceptConnection()
  const connection = await createConnection({ plugin: client, ...server.generateAddressAndSecret('tag') })
  const served = await accepted
  expect(connection.minimumAcceptableExchangeRate).toBe('0.495')
  const chunks: Buffer[] = []
  const end = new Promise<void>((resolve) => {
    served.on('stream', (stream) => {
      stream.setReceiveMax(10000)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', resolve)
    })
  })
  const stream = connection.createStream()
  stream.write('hello')
  await stream.sendTotal(1000)
  stream.end(' world')
  await end
  expect(Buffer.concat(chunks).toString()).toBe('hello world')
  expect(served.totalReceived).toBe('500')
  await connection.end()
  await server.close()
})
