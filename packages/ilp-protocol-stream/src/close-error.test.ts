import { ErrorCode } from '@stream/frames'
import { expect, test } from 'vitest'
import { closeError } from './close-error.js'
import { ConnectionError, IlpRejectionError } from './errors.js'

const reject = {
  type: 'reject',
  code: 'F00',
  triggeredBy: 'test.peerB',
  message: 'no',
  data: new Uint8Array([1, 2]),
} as const

test('a connection that ended as it should has no error', () => {
  for (const by of ['local', 'peer'] as const) {
    expect(closeError({ by, errorCode: ErrorCode.NoError, errorMessage: '' }, 3)).toBeUndefined()
  }
})

test.each([
  [
    { by: 'peer', errorCode: ErrorCode.InternalError, errorMessage: 'enough' } as const,
    'Remote connection error. Code: InternalError, message: enough',
  ],
  [{ by: 'idleTimeout' } as const, 'Connection timed out due to inactivity'],
  [{ by: 'packetLimit' } as const, 'Connection exceeded maximum number of packets'],
  [
    { by: 'rateUnknown', digits: 1 } as const,
    'Unable to establish connection, no packets meeting the minimum exchange precision of 3 digits made it through the path.',
  ],
  [{ by: 'pathMaximumZero' } as const, 'Cannot send. Path has a Maximum Packet Amount of 0'],
  [
    { by: 'path', reject } as const,
    'Unexpected error while sending packet. Code: F00, triggered by: test.peerB, message: no',
  ],
])('%j is told as programs expect it', (reason, message) => {
  expect(closeError(reason, 3)?.message).toBe(message)
})

test('a violation that we found carries its code', () => {
  const error = closeError({ by: 'local', errorCode: ErrorCode.FlowControlError, errorMessage: 'too much' }, 3)
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error).toMatchObject({ message: 'too much', streamErrorCode: ErrorCode.FlowControlError })
})

test('the reject of a path is on the error as ilp-packet reads it', () => {
  const error = closeError({ by: 'path', reject }, 3)
  expect(error).toBeInstanceOf(IlpRejectionError)
  expect((error as IlpRejectionError).ilpReject).toEqual({
    code: 'F00',
    triggeredBy: 'test.peerB',
    message: 'no',
    data: Buffer.from([1, 2]),
  })
})

test('what kept packets from the plugin is the cause', () => {
  const cause = new Error('socket closed')
  const error = closeError({ by: 'sendFailed', cause }, 3)
  expect(error?.message).toBe('Packets could not be handed to the plugin: socket closed')
  expect(error?.cause).toBe(cause)
})
