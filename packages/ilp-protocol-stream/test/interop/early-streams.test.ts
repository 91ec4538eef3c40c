import { describe, expect, onTestFinished, test } from 'vitest'
import { inFakeTime } from '../connected.js'
import { pluginPair, reject } from '../plugin-pair.js'
import { distant, virtualTime } from './distant.js'
import { ours, predecessor, type PeerConnection, type PeerStream } from './peers.js'
import { hash, readToEnd, someBytes } from './session.js'

/** Milliseconds by which each packet of the client takes longer than the one before. */
const SPREAD = 5

const through = (): undefined => undefined

/** The streams with these ids, whenever they come. */
function streamsOf(connection: PeerConnection, ids: readonly number[]): Promise<PeerStream[]> {
  const streams = new Map<number, PeerStream>()
  return new Promise((resolve) => {
    connection.on('stream', (stream: PeerStream) => {
      streams.set(stream.id, stream)
      if (streams.size === ids.length) resolve(ids.map((id) => streams.get(id)!))
    })
  })
}

describe.each([ours, predecessor])('a server of ours and a client: $name', (client) => {
  test.each([
    ['packets carry 1000 units', { maxAmount: 1000n, errors: [] }],
    ['the client has to probe twice', { maxAmount: 600n, errors: [] }],
    ['it rests between', { maxAmount: 600n, errors: [through, through, () => reject('T04')] }],
  ])(
    'streams that the server opens at once reach a program that listens once it is connected, where %s',
    async (_name, { maxAmount, errors }) => {
      virtualTime()
      const pair = pluginPair({ rate: 1, maxAmount })
      pair.client.answerNext(...errors)
      const listener = await ours.createServer({ plugin: pair.server, disconnectDelay: 1 })
      onTestFinished(() => inFakeTime(listener.close()))
      pair.server.sendData = distant(pair.server).plugin.sendData
      const bytes = someBytes(20_000)
      listener.on('connection', (connection: PeerConnection) => {
        const [data, money] = [connection.createStream(), connection.createStream()]
        data.end(bytes)
        money.setSendMax(5_000)
      })
      const receive = async (): Promise<[PeerConnection, Buffer]> => {
        const { plugin } = distant(pair.client, SPREAD)
        const connection = await client.createConnection({ plugin, ...listener.generateAddressAndSecret() })
        const [data, money] = await streamsOf(connection, [2, 4])
        const [arrived] = await Promise.all([readToEnd(data!), money!.receiveTotal(5_000)])
        return [connection, arrived]
      }
      const [connection, arrived] = await inFakeTime(receive())
      expect(hash(arrived)).toBe(hash(bytes))
      expect(connection.totalReceived).toBe('5000')
      await inFakeTime(connection.destroy())
    },
  )
})
