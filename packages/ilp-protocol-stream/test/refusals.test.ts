import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, RefusalError, type DataAndMoneyStream } from '../src/index.js'
import { connected, settled } from './connected.js'

const collected = (stream: DataAndMoneyStream): string[] => {
  const texts: string[] = []
  stream.on('data', (chunk: Buffer) => texts.push(chunk.toString()))
  return texts
}

describe('a refusal with data', () => {
  test('is read by the sender on the stream, once however often it tries', async () => {
    let refusals = 0
    const shouldFulfill = (): void => {
      refusals++
      throw new RefusalError('no proof of identity', '{"needs":"identity"}')
    }
    const { client } = await connected({ rate: 1, server: { shouldFulfill } })
    const stream = client.createStream()
    const texts = collected(stream)
    await expect(stream.sendTotal(10_000, { timeout: 400 })).rejects.toThrow(/Timed out/)
    expect(refusals).toBeGreaterThan(1)
    expect(texts).toEqual(['{"needs":"identity"}'])
    expect(client.totalSent).toBe('0')
  })

  test('leaves the stream as it is: the sender answers it, and is paid for', async () => {
    let isProven = false
    const shouldFulfill = async (): Promise<void> => {
      await settled(1)
      if (!isProven) throw new RefusalError('no proof', Buffer.from('who are you?'))
    }
    const { client, served, nextStream } = await connected({ rate: 1, server: { shouldFulfill } })
    const opened = nextStream(served)
    const stream = client.createStream()
    stream.once('data', (question: Buffer) => stream.write(`alice, since you ask: ${question.toString()}`))
    const sent = stream.sendTotal(500)
    const remote = await opened
    remote.once('data', (answer: Buffer) => (isProven = answer.toString() === 'alice, since you ask: who are you?'))
    await sent
    expect(served.totalReceived).toBe('500')
  })

  test('is told again after money was taken, and each reason for itself', async () => {
    const reasons = ['one', 'one', 'two', undefined, 'two']
    const shouldFulfill = (): void => {
      const reason = reasons.shift()
      if (reason !== undefined) throw new RefusalError('not yet', reason)
    }
    const { client } = await connected({ rate: 1, server: { shouldFulfill }, client: { maximumPacketAmount: 100 } })
    const stream = client.createStream()
    const texts = collected(stream)
    await stream.sendTotal(100)
    await stream.sendTotal(200)
    expect(texts.join()).toBe('one,two,two')
  })

  test('of another copy of this package counts as well, any other error tells nothing', async () => {
    const errors = [Object.assign(new Error('a'), { name: 'RefusalError', data: Buffer.from('a') }), new Error('b')]
    const shouldFulfill = (): void => {
      const error = errors.shift()
      if (error !== undefined) throw error
    }
    const { client } = await connected({ rate: 1, server: { shouldFulfill } })
    const stream = client.createStream()
    const texts = collected(stream)
    await stream.sendTotal(100)
    expect(texts).toEqual(['a'])
  })

  test('reaches a client that only sends, to which nobody can send', async () => {
    const shouldFulfill = (): void => {
      throw new RefusalError('unknown', 'who are you?')
    }
    const { client, serverPlugin } = await connected({ rate: 1, server: { shouldFulfill }, client: { mode: 'send' } })
    const stream = client.createStream()
    const read = new Promise((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())))
    stream.setSendMax(100)
    expect(await read).toBe('who are you?')
    expect(serverPlugin.sent).toEqual([])
  })

  test('of more than 4096 bytes cannot be made', () => {
    expect(() => new RefusalError('long', Buffer.alloc(4097))).toThrow(InvalidArgumentError)
    expect(new RefusalError('long', Buffer.alloc(4096)).data).toHaveLength(4096)
  })
})
