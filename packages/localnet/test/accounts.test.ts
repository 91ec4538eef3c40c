import { fetch as fetchIldcp } from 'ilp-protocol-ildcp'
import { expect, test } from 'vitest'
import type { Localnet } from '../src/index.js'
import { connect, localnet, outcome, receive } from './clients.js'
import { RawClient, auth, errorOf } from './raw-client.js'

const addressAt = async (server: string): Promise<string> => {
  const plugin = await connect(server)
  const { clientAddress } = await fetchIldcp(plugin.sendData.bind(plugin))
  await plugin.disconnect()
  return clientAddress
}

const at = (network: Localnet, credentials: string, path = ''): string =>
  `btp+ws://${credentials}@localhost:${network.port}${path}`

test('the username names the account, and so does the path', async () => {
  const network = await localnet()
  expect(await addressAt(at(network, 'alice:secret'))).toBe('test.localnet.alice')
  expect(await addressAt(at(network, ':secret', '/alice'))).toBe('test.localnet.alice')
  expect(await addressAt(at(network, 'alice:secret', '/alice'))).toBe('test.localnet.alice')
})

test('a client without a name gets an address from its token, the same when it comes back', async () => {
  const network = await localnet()
  const first = await addressAt(at(network, ':one'))
  expect(first).toMatch(/^test\.localnet\.[\w-]{16}$/)
  expect(await addressAt(at(network, ':two'))).not.toBe(first)
  expect(await addressAt(at(network, ':one'))).toBe(first)
})

test('clients without name and token are strangers to each other', async () => {
  const network = await localnet()
  const addresses = [
    await addressAt(at(network, ':')),
    await addressAt(at(network, ':')),
    await addressAt(network.url()),
  ]
  expect(new Set(addresses).size).toBe(3)
})

test('an account that was promised a token takes no other', async () => {
  const network = await localnet({ accounts: { alice: { token: 's3cret' } } })
  expect(network.url('alice')).toBe(`btp+ws://alice:s3cret@localhost:${network.port}`)
  expect(await addressAt(network.url('alice'))).toBe('test.localnet.alice')
  const client = await RawClient.open(network.port)
  client.send(auth(7, { auth_username: 'alice', auth_token: 'guess' }))
  expect(errorOf(await client.next())).toEqual({
    type: 2,
    requestId: 7,
    code: 'F00',
    name: 'NotAcceptedError',
    message: 'invalid auth_token',
  })
  expect(await client.closed).toBe(1008)
  await expect(connect(at(network, 'alice:guess'))).rejects.toThrow('connection aborted')
})

test('a closed circle takes no strangers', async () => {
  const network = await localnet({ accounts: { alice: {} }, acceptUnknownAccounts: false })
  expect(await addressAt(network.url('alice'))).toBe('test.localnet.alice')
  const client = await RawClient.open(network.port)
  client.send(auth(1, { auth_username: 'bob', auth_token: '' }))
  expect(errorOf(await client.next()).message).toBe('no such account')
})

test.each([
  ['a name that no address can hold', 'al.ice', '', 'account name must be 1 to 64 of the characters A-Z a-z 0-9 _ ~ -'],
  ['two names at once', 'alice', 'bob', 'username and path of the URL name different accounts; give one'],
])('%s is refused', async (_, username, path, message) => {
  const network = await localnet()
  const client = await RawClient.open(network.port, path)
  client.send(auth(1, { auth_username: username, auth_token: '' }))
  expect(errorOf(await client.next())).toMatchObject({ code: 'F00', message })
})

test('accounts of the options are known before anyone connects: their packets wait with T01, others find no route', async () => {
  const network = await localnet({ accounts: { bob: {} } })
  const alice = await connect(network.url('alice'))
  expect(await outcome(alice, 'test.localnet.bob')).toBe('T01')
  expect(await outcome(alice, 'test.localnet.eve')).toBe('F02')
  receive(await connect(network.url('bob')))
  expect(await outcome(alice, 'test.localnet.bob')).toBe('fulfilled')
  expect(network.accounts()).toEqual([
    { name: 'bob', address: 'test.localnet.bob', assetCode: 'XRP', assetScale: 9, connections: 1 },
    { name: 'alice', address: 'test.localnet.alice', assetCode: 'XRP', assetScale: 9, connections: 1 },
  ])
})

test('the account that has been absent longest makes room, one that is connected or configured does not', async () => {
  const network = await localnet({ maxAccounts: 3, accounts: { fixed: {} } })
  const connections = (): Record<string, number> =>
    Object.fromEntries(network.accounts().map((account) => [account.name, account.connections]))
  const first = await connect(network.url('first'))
  await connect(network.url('second'))
  await expect(connect(network.url('third'))).rejects.toThrow('connection aborted')
  await first.disconnect()
  await expect.poll(() => connections().first).toBe(0)
  await connect(network.url('third'))
  expect(connections()).toEqual({ fixed: 0, second: 1, third: 1 })
})
