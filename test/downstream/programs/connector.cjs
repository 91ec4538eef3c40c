// A connector as a process of its own, `ilp-connector` or `moneyd` by the first argument; clients come in through its
// ilp-plugin-mini-accounts on a free port.
const { spawn } = require('child_process')
const PluginBtp = require('ilp-plugin-btp')
const { createConnection, createServer } = require('ilp-protocol-stream')
const { finish, freePort } = require('./network.cjs')

const startConnector = async () => {
  const [port, adminPort] = [await freePort(), await freePort()]
  const local = {
    relation: 'child',
    plugin: 'ilp-plugin-mini-accounts',
    assetCode: 'XRP',
    assetScale: 9,
    options: { wsOpts: { host: 'localhost', port }, allowedOrigins: [] },
  }
  const settings = {
    CONNECTOR_ENV: 'test',
    CONNECTOR_ILP_ADDRESS: 'test.connector',
    CONNECTOR_STORE: 'ilp-store-memory',
    CONNECTOR_BACKEND: 'one-to-one',
    CONNECTOR_SPREAD: '0',
    CONNECTOR_ADMIN_API: 'false',
    CONNECTOR_ADMIN_API_PORT: String(adminPort),
    CONNECTOR_ACCOUNTS: JSON.stringify({ local }),
  }
  const moneyd = ['--require', `${__dirname}/other-port.cjs`, 'node_modules/.bin/moneyd', 'local']
  const command = process.argv[2] === 'moneyd' ? moneyd : [require.resolve('ilp-connector')]
  const connector = spawn(process.execPath, command, {
    env: { ...process.env, ...settings, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.on('exit', () => connector.kill())
  await new Promise((resolve, reject) => {
    let printed = ''
    connector.stdout.on('data', (chunk) => {
      printed += chunk
      if (printed.includes('connector ready')) resolve()
    })
    connector.on('exit', () => reject(new Error(`ilp-connector ended\n${printed}`)))
  })
  return (name) => new PluginBtp({ server: `btp+ws://:${name}@localhost:${port}` })
}

const main = async () => {
  const plugin = await startConnector()
  const server = await createServer({ plugin: plugin('bob') })
  const read = []
  const ended = new Promise((resolve) =>
    server.on('connection', (connection) =>
      connection.on('stream', (stream) => {
        stream.setReceiveMax(Infinity)
        stream.on('data', (chunk) => read.push(chunk))
        stream.on('end', () => resolve(connection))
      }),
    ),
  )
  const client = await createConnection({ plugin: plugin('alice'), ...server.generateAddressAndSecret() })
  const stream = client.createStream()
  await stream.sendTotal(1_000_000)
  stream.end(Buffer.alloc(200_000, 'x'))
  const connection = await ended
  const result = { received: connection.totalReceived, bytes: Buffer.concat(read).length }
  await client.end()
  await server.close()
  finish(result)
}
main()
