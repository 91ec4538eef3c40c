import { portableCrypto } from '@stream/crypto/portable'
import type { IlpFulfill, IlpPrepare } from '@stream/frames/ilp'
import { Connector, type AccountOptions, type ConnectorOptions, type ConnectorOutput } from '../src/index.js'

export const NOW = 1_000_000
const preimage = new Uint8Array(32).fill(7)
export const fulfill: IlpFulfill = { type: 'fulfill', fulfillment: preimage, data: Uint8Array.of(1) }

export const preparing = (over: Partial<IlpPrepare> = {}): IlpPrepare => ({
  amount: 100n,
  destination: 'test.c.bob.x',
  executionCondition: portableCrypto.sha256(preimage),
  expiresAt: NOW + 30_000,
  data: Uint8Array.of(1, 2, 3),
  ...over,
})

export const drain = (connector: Connector): ConnectorOutput[] => {
  const outputs: ConnectorOutput[] = []
  for (;;) {
    const output = connector.pollOutput()
    outputs.push(output)
    if (output.type === 'timeout') return outputs
  }
}

interface Setup {
  readonly options?: Partial<ConnectorOptions>
  readonly alice?: Partial<AccountOptions>
  readonly bob?: Partial<AccountOptions>
}

/** A connector with two children, alice and bob. */
export const setUp = ({ options, alice, bob }: Setup = {}): Connector => {
  const connector = new Connector({ address: 'test.c', sha256: (data) => portableCrypto.sha256(data), ...options })
  const asset = { code: 'XRP', scale: 9 }
  connector.addAccount(NOW, 'alice', { routes: ['test.c.alice'], asset, ...alice })
  connector.addAccount(NOW, 'bob', { routes: ['test.c.bob'], asset, ...bob })
  return connector
}
