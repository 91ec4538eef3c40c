import { setImmediate } from 'node:timers/promises'
import { serializeIldcpResponse } from 'ilp-protocol-ildcp'

const PREPARE_DESTINATION_OFFSET = 8 + 17 + 32

/** Two plugins with nothing in between: what one sends, the other gets in the next turn of the event loop. */
export function pluginPair() {
  const ends = ['test.left', 'test.right'].map((address) => plugin(address))
  ends[0].peer = ends[1]
  ends[1].peer = ends[0]
  return ends
}

function plugin(address) {
  let handler
  const account = serializeIldcpResponse({ clientAddress: address, assetCode: 'XRP', assetScale: 9 })
  return {
    peer: undefined,
    connect: async () => {},
    disconnect: async () => {},
    isConnected: () => true,
    registerDataHandler: (given) => (handler = given),
    deregisterDataHandler: () => (handler = undefined),
    receive: (data) => handler(data),
    async sendData(data) {
      await setImmediate()
      return destinationOf(data) === 'peer.config' ? account : this.peer.receive(data)
    },
  }
}

/** The ILP address in a Prepare: behind type, length, amount, expiry and condition. */
function destinationOf(data) {
  const lengthBytes = data[1] < 128 ? 1 : 1 + (data[1] & 127)
  const at = 1 + lengthBytes + PREPARE_DESTINATION_OFFSET
  return data.toString('latin1', at + 1, at + 1 + data[at])
}
