// Run by Jest in its CommonJS mode, with the installed packages. $ENTRIES lists what must load, $NETWORK is where the
// network is, which halves every packet.
const { Connection, DataAndMoneyStream, createConnection, createServer } = require('ilp-protocol-stream')
const PluginBtp = require('ilp-plugin-btp')

test.each(JSON.parse(process.env.ENTRIES))('%s loads', (specifier) => {
  expect(Object.keys(require(specifier))).not.toEqual([])
})

jest.setTimeout(60_000)

test('the deep paths of 2.x are the same modules', () => {
  expect(require('ilp-protocol-stream/dist/src/connection').Connection).toBe(Connection)
  expect(require('ilp-protocol-stream/dist/src/stream').DataAndMoneyStream).toBe(DataAndMoneyStream)
})

describe('a connection', () => {
  let server

  beforeAll(async () => {
    server = await createServer({ plugin: plugin('bob') })
  })
  afterAll(() => server.close())

  const plugin = (name) => new PluginBtp({ server: process.env.NETWORK.replace('//', `//${name}:secret@`) })
  const connect = async () => {
    const accepted = server.acceptConnection()
    const client = await createConnection({ plugin: plugin('alice'), ...server.generateAddressAndSecret() })
    return [client, await accepted]
  }

  test('carries money and data, and is made of what Jest calls a Buffer and an Error', async () => {
    const [client, connection] = await connect()
    const incoming = new Promise((resolve) => connection.once('stream', resolve))
    const stream = client.createStream()
    const bytes = Buffer.alloc(100_000, 'x')
    stream.write(bytes)
    const received = await incoming
    received.setReceiveMax(1000)
    const chunks = []
    const whole = new Promise((resolve) =>
      received.on('data', (chunk) => chunks.push(chunk) && Buffer.concat(chunks).length === bytes.length && resolve()),
    )
    await stream.sendTotal(1000)
    await whole
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    expect(received.totalReceived).toBe('500')
    expect(() => stream.setSendMax(1)).toThrow(Error)
    expect(chunks[0]).toBeInstanceOf(Buffer)
    await client.end()
  })

  test('waits by the clock that Jest has faked', async () => {
    const [client] = await connect()
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      const paid = client.createStream().receiveTotal(5, { timeout: 30_000 })
      const refused = expect(paid).rejects.toThrow('Timed out before the desired amount was received')
      await jest.advanceTimersByTimeAsync(30_001)
      await refused
    } finally {
      jest.useRealTimers()
    }
    await client.destroy()
  })
})
