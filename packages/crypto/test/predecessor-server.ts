import { ServerConnectionPool } from 'predecessor/dist/src/pool.js'
import { Server } from 'predecessor/dist/src/server.js'
import { nodeCrypto } from '../src/node.js'
import { packetProtection } from '../src/packet-protection.js'
import type { TokenContents } from '../src/token-layout.js'

type Prepare = Parameters<ServerConnectionPool['getConnection']>[1]

const ACCOUNT = 'test.server'

/** A plugin for a server that never sends anything. */
const silentPlugin = {
  connect: () => Promise.resolve(),
  disconnect: () => Promise.resolve(),
  isConnected: () => true,
  sendData: () => new Promise<Buffer>(() => {}),
  registerDataHandler: () => {},
  deregisterDataHandler: () => {},
}

/** Credentials made by the server of ilp-protocol-stream 2.x. */
export function predecessorCredentials(
  serverSecret: Uint8Array,
  { receiptNonce, receiptSecret, ...contents }: TokenContents,
): { token: string; sharedSecret: Uint8Array } {
  const server = new Server({ serverSecret: Buffer.from(serverSecret), plugin: silentPlugin })
  // `listen` would ask a connector for the account.
  Object.assign(server, { pool: { getServerAccount: () => ACCOUNT } })
  const { destinationAccount, sharedSecret } = server.generateAddressAndSecret({
    ...contents,
    ...(receiptNonce && { receiptNonce: Buffer.from(receiptNonce) }),
    ...(receiptSecret && { receiptSecret: Buffer.from(receiptSecret) }),
  })
  return { token: destinationAccount.slice(ACCOUNT.length + 1), sharedSecret: new Uint8Array(sharedSecret) }
}

/** What the server of ilp-protocol-stream 2.x finds in a token when the first packet for it arrives. Throws as it does. */
export async function predecessorReads(serverSecret: Uint8Array, token: string, sharedSecret: Uint8Array) {
  const options = { plugin: silentPlugin, isServer: true, sourceAccount: ACCOUNT, assetCode: 'XRP', assetScale: 9 }
  const pool = new ServerConnectionPool(Buffer.from(serverSecret), options, () => {})
  const data = Buffer.from(packetProtection(nodeCrypto, sharedSecret).seal(new Uint8Array(8)))
  const connection = await pool.getConnection(token, { destination: `${ACCOUNT}.${token}`, data } as Prepare)
  const { connectionTag, _receiptNonce, _receiptSecret } = connection as unknown as Record<string, unknown>
  await connection.destroy()
  return {
    ...(connectionTag === undefined ? {} : { connectionTag }),
    ...(_receiptNonce ? { receiptNonce: new Uint8Array(_receiptNonce as Buffer) } : {}),
    ...(_receiptSecret ? { receiptSecret: new Uint8Array(_receiptSecret as Buffer) } : {}),
  }
}
