import { expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { answerTo } from './answers.js'
import { Pair } from './pair.js'
import { tell } from './wire.js'

const close = (errorCode: ErrorCode = ErrorCode.NoError, streamId = 1): Frame => ({
  type: FrameType.StreamClose,
  streamId,
  errorCode,
  errorMessage: '',
})
const data = (offset: number, text: string): Frame => ({
  type: FrameType.StreamData,
  streamId: 1,
  offset,
  data: new TextEncoder().encode(text),
})

/** A client that closes its stream in a reply, as the predecessor does once its last bytes have left, not when they arrived. */
function closedInReply(errorCode?: ErrorCode) {
  const pair = new Pair().drive(500)
  const bytes = pair.accept('server')
  tell(pair, 'server', { sequence: 90, frames: [data(0, 'all but ')] })
  pair.drive(100)
  pair.network = (prepare) => ({ reply: answerTo(pair, prepare, { frames: [close(errorCode)] }) })
  // Something to reply to.
  pair.run('server', (server) => server.write(1, new Uint8Array(1)))
  pair.drive(200)
  return {
    pair,
    received: () => String.fromCharCode(...(bytes.get(1) ?? [])),
    ends: () => pair.eventsOf('server', 'streamClosed'),
  }
}

test('a close in a reply that overtakes the last bytes of its stream waits for them, and for the close behind them', () => {
  const { pair, received, ends } = closedInReply()
  expect(ends()).toEqual([])
  tell(pair, 'server', { sequence: 91, frames: [data(8, 'the end')] })
  pair.drive(200)
  expect([received(), ends().length]).toEqual(['all but the end', 0])
  tell(pair, 'server', { sequence: 92, frames: [close()] })
  pair.drive(10)
  expect(ends()).toMatchObject([{ streamId: 1, by: 'peer', errorCode: ErrorCode.NoError }])
})

test('a close that comes in a reply only, or in several, ends its stream two seconds later, with what has arrived', () => {
  const { pair, received, ends } = closedInReply()
  pair.drive(1_000)
  // Something else to reply to.
  const before = pair.sent.server.length
  pair.run('server', (server) => server.openStream())
  pair.run('server', (server) => server.write(2, new Uint8Array(1)))
  pair.drive(700)
  expect(pair.sent.server.length).toBeGreaterThan(before)
  expect(ends()).toEqual([])
  pair.drive(200)
  expect(received()).toBe('all but ')
  expect(ends()).toMatchObject([{ by: 'peer', errorCode: ErrorCode.NoError }])
})

test('bytes that a close in a reply overtook and that came in part are waited for as long as others', () => {
  const { pair, ends } = closedInReply()
  tell(pair, 'server', { sequence: 91, frames: [data(11, 'end')] })
  pair.drive(20_000)
  expect(ends()).toEqual([])
  tell(pair, 'server', { sequence: 92, frames: [data(8, 'the')] })
  pair.drive(100)
  expect(ends()).toMatchObject([{ errorCode: ErrorCode.NoError }])
})

test('a close in a reply that tells of an error ends its stream at once', () => {
  expect(closedInReply(ErrorCode.ApplicationError).ends()).toMatchObject([{ errorCode: ErrorCode.ApplicationError }])
})

test('whoever can be reached by replies only believes a close in one', () => {
  const pair = new Pair({ client: { localAddress: undefined } }).drive(500)
  const id = pair.run('client', (client) => client.openStream())!
  pair.network = (prepare) => ({ reply: answerTo(pair, prepare, { frames: [close(ErrorCode.NoError, id)] }) })
  pair.run('client', (client) => client.write(id, new Uint8Array(1)))
  pair.drive(200)
  expect(pair.eventsOf('client', 'streamClosed')).toMatchObject([{ by: 'peer', errorCode: ErrorCode.NoError }])
})
