import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, TIMESTAMP_BYTES, readTimestamp, writeTimestamp } from './timestamp.js'

const DAY = 86_400_000

function written(time: number): string {
  const bytes = new Uint8Array(TIMESTAMP_BYTES + 1)
  writeTimestamp(time, bytes, 1)
  return String.fromCharCode(...bytes.subarray(1))
}

function read(text: string): number | undefined {
  return readTimestamp(
    Uint8Array.from(`x${text}`, (character) => character.charCodeAt(0)),
    1,
  )
}

function digits(time: number): string {
  return new Date(time).toISOString().replace(/\D/g, '')
}

test('every day of 400 years, after which the calendar repeats, is written and read', () => {
  const wrong: number[] = []
  for (let time = Date.UTC(1899, 11, 31); time <= Date.UTC(2300, 0, 1); time += DAY) {
    const text = written(time)
    if (text !== digits(time) || read(text) !== time) wrong.push(time)
  }
  expect(wrong).toEqual([])
}, 60_000)

test('any moment of ten thousand years is written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: MIN_TIMESTAMP, max: MAX_TIMESTAMP }), (time) => {
      expect([written(time), read(written(time))]).toEqual([digits(time), time])
    }),
    { numRuns: 2000 },
  )
})

test('the first and the last moment', () => {
  expect(written(MIN_TIMESTAMP)).toBe('00000101000000000')
  expect(written(0)).toBe('19700101000000000')
  expect(written(MAX_TIMESTAMP)).toBe('99991231235959999')
})

test('a date that does not exist is not read', () => {
  expect(read('20240229235959999')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59, 999))
  for (const impossible of [
    '20230229000000000',
    '19000229000000000',
    '20240230000000000',
    '20240001000000000',
    '20241301000000000',
    '20240100000000000',
    '20240132000000000',
    '20240431000000000',
    '20240631000000000',
    '20240931000000000',
    '20241131000000000',
    '20240101240000000',
    '20240101006000000',
    '20240101000060000',
    '2024010100000000 ',
    '/0240101000000000',
    ':0240101000000000',
  ]) {
    expect([impossible, read(impossible)]).toEqual([impossible, undefined])
  }
  expect(read('20000229000000000')).toBe(951_782_400_000)
})
