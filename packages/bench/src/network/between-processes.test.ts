import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { serializeIlpPrepare } from 'ilp-packet'
import { expect, test } from 'vitest'
import { lendAccount } from './between-processes.js'
import { Hub } from './hub.js'

interface Message {
  packet: { id: number; isReply: boolean; data: Uint8Array }
}

class FakeChild extends EventEmitter {
  readonly sent: Message[] = []
  send(message: Message): void {
    this.sent.push(message)
  }
}

const prepare = serializeIlpPrepare({
  amount: '7',
  destination: 'test.server.token',
  data: Buffer.alloc(0),
  executionCondition: Buffer.alloc(32),
  expiresAt: new Date('2040-01-01T00:00:00Z'),
})

test('packets for a lent account go to the other process, and each gets the reply that is meant for it', async () => {
  const hub = new Hub()
  const child = new FakeChild()
  lendAccount(hub.account('server'), child as unknown as ChildProcess)
  const client = hub.account('client')
  const replies = [client.sendData(prepare), client.sendData(prepare)]
  expect(child.sent.map(({ packet }) => Buffer.from(packet.data))).toEqual([prepare, prepare])
  for (const { packet } of [...child.sent].reverse()) {
    child.emit('message', { packet: { id: packet.id, isReply: true, data: Uint8Array.of(13, packet.id) } })
  }
  child.emit('message', 'something else')
  expect(await Promise.all(replies)).toEqual(child.sent.map(({ packet }) => Buffer.from([13, packet.id])))
  expect(hub.books).toMatchObject({ fulfilled: 2, units: 14n })
})
