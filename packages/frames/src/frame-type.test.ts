import { expect, test } from 'vitest'
import { ErrorCode, errorCodeName } from './error-code.js'
import { FrameType, frameTypeName } from './frame-type.js'

test('every frame type and error code has its name, and an unknown one its number', () => {
  for (const [name, type] of Object.entries(FrameType)) expect(frameTypeName(type)).toBe(name)
  for (const [name, code] of Object.entries(ErrorCode)) expect(errorCodeName(code)).toBe(name)
  expect([frameTypeName(0x3f), frameTypeName(8)]).toEqual(['0x3f', '0x08'])
  expect([errorCodeName(0), errorCodeName(0x2a)]).toEqual(['0x00', '0x2a'])
})

test('numbers are those of RFC 0029 and RFC 0039', () => {
  expect(FrameType).toEqual({
    ConnectionClose: 0x01,
    ConnectionNewAddress: 0x02,
    ConnectionMaxData: 0x03,
    ConnectionDataBlocked: 0x04,
    ConnectionMaxStreamId: 0x05,
    ConnectionStreamIdBlocked: 0x06,
    ConnectionAssetDetails: 0x07,
    StreamClose: 0x10,
    StreamMoney: 0x11,
    StreamMaxMoney: 0x12,
    StreamMoneyBlocked: 0x13,
    StreamData: 0x14,
    StreamMaxData: 0x15,
    StreamDataBlocked: 0x16,
    StreamReceipt: 0x17,
  })
  expect(Object.keys(ErrorCode)).toEqual([
    'NoError',
    'InternalError',
    'EndpointBusy',
    'FlowControlError',
    'StreamIdError',
    'StreamStateError',
    'FrameFormatError',
    'ProtocolViolation',
    'ApplicationError',
  ])
  expect(Object.values(ErrorCode)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})
