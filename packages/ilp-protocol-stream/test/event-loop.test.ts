import { expect, onTestFinished, test } from 'vitest'
import { createConnection, createServer, type DataAndMoneyStream } from '../src/index.js'
import { pluginPair } from './plugin-pair.js'

test('timers fire while money flows without end over a plugin that answers at once', async () => {
  const plugins = pluginPair({ rate: 1 })
  const server = await createServer({ plugin: plugins.server, disconnectDelay: 1 })
  server.on('connection', (connection) =>
    connection.on('stream', (stream: DataAndMoneyStream) => stream.setReceiveMax('1000000000000')),
  )
  const client = await createConnection({ plugin: plugins.client, ...server.generateAddressAndSecret() })
  onTestFinished(() => client.destroy().then(() => server.close()))
  client.createStream().setSendMax('1000000000000')

  let fired = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (++fired < 5) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  expect(Number(client.totalSent)).toBeGreaterThan(0)
  expect(Number(client.totalSent)).toBeLessThan(1e12)
})
