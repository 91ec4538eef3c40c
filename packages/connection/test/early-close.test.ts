import { expect, test } from 'vitest'
import { ErrorCode, FrameType, type Frame } from '@stream/frames'
import { answerTo } from './answers.js'
import { Pair } from './pair.js'
import { tell } from './wire.js'

const close = (streamId: number): Frame => ({
  type: FrameType.StreamClose,
  streamId,
  errorCode: ErrorCode.NoError,
  errorMessage: '',
})
const data = (streamId: number, text: string): Frame => ({
  type: FrameType.StreamData,
  streamId,
  offset: 0,
  data: new TextEncoder().encode(text),
})

test('a close in a reply that overtakes all the bytes of its stream ends it when they come', () => {
  const pair = new Pair().drive(500)
  const bytes = pair.accept('server')
  // Something for the client to reply to.
  pair.network = (prepare) => ({ reply: answerTo(pair, prepare, { frames: [close(1)] }) })
  const id = pair.run('server', (server) => server.openStream())!
  pair.run('server', (server) => server.write(id, new Uint8Array(1)))
  pair.drive(1_000)
  expect(pair.eventsOf('server', 'streamOpened')).toEqual([])

  tell(pair, 'server', { sequence: 90, frames: [data(1, 'all there is')] })
  pair.drive(5_000)
  expect(String.fromCharCode(...(bytes.get(1) ?? []))).toBe('all there is')
  expect(pair.eventsOf('server', 'streamClosed')).toMatchObject([{ streamId: 1, by: 'peer', errorCode: 1 }])
})

test('closes of streams that never come cost a bounded memory and no stream', () => {
  const pair = new Pair({ server: { limits: { maxRemoteStreams: 10_000 } } }).drive(500)
  const frames = Array.from({ length: 3_000 }, (_, i) => close(2 * i + 1))
  tell(pair, 'server', { sequence: 90, frames })
  pair.drive(5_000)
  expect(pair.eventsOf('server', 'streamOpened')).toEqual([])
  // The last of them are remembered, the first are forgotten.
  tell(pair, 'server', { sequence: 91, frames: [data(1, 'first'), data(5_999, 'last')] })
  pair.drive(5_000)
  pair.run('server', (server) => server.read(5_999, 100))
  expect(pair.eventsOf('server', 'streamClosed').map(({ streamId }) => streamId)).toEqual([5_999])
})
