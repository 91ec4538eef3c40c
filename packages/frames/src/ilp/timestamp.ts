/** Bytes of an ILP timestamp: `YYYYMMDDHHMMSSfff`, digits in ASCII, UTC (RFC 0027). */
export const TIMESTAMP_BYTES = 17
/** Those of them that name the second. */
const SECOND_DIGITS = 14
/** 0000-01-01T00:00:00.000Z, in milliseconds since the Unix epoch. */
export const MIN_TIMESTAMP = -62_167_219_200_000
/** 9999-12-31T23:59:59.999Z, in milliseconds since the Unix epoch. */
export const MAX_TIMESTAMP = 253_402_300_799_999

/** Seconds. */
const DAY = 86_400
const ZERO = 0x30

// Days are counted from 0000-03-01, so that a leap day is the last of its year and months need no table:
// five months from March on always have 153 days.
const DAYS_BEFORE_EPOCH = 719_468
const DAYS_IN_ERA = 146_097

/** Packets in a row mostly expire in the same second, whose digits then need not be found again. */
let lastSecond = NaN
const lastDigits = new Uint8Array(SECOND_DIGITS)

/** Writes `time`, whole milliseconds since the Unix epoch from {@link MIN_TIMESTAMP} to {@link MAX_TIMESTAMP}. */
export function writeTimestamp(time: number, bytes: Uint8Array, position: number): void {
  const second = Math.floor(time / 1000)
  if (second !== lastSecond) {
    writeSecond(second, lastDigits)
    lastSecond = second
  }
  for (let i = 0; i < SECOND_DIGITS; i++) bytes[position + i] = lastDigits[i]!
  const milliseconds = time - second * 1000
  bytes[position + 14] = ZERO + Math.floor(milliseconds / 100)
  writeTwoDigits(milliseconds % 100, bytes, position + 15)
}

function writeSecond(time: number, digits: Uint8Array): void {
  const days = Math.floor(time / DAY)
  const seconds = time - days * DAY

  const shifted = days + DAYS_BEFORE_EPOCH
  const era = Math.floor(shifted / DAYS_IN_ERA)
  const dayOfEra = shifted - era * DAYS_IN_ERA
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - daysOfYears(yearOfEra)
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - daysOfMonths(monthFromMarch) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)

  const minutes = Math.floor(seconds / 60)
  writeTwoDigits(Math.floor(year / 100), digits, 0)
  writeTwoDigits(year % 100, digits, 2)
  writeTwoDigits(month, digits, 4)
  writeTwoDigits(day, digits, 6)
  writeTwoDigits(Math.floor(minutes / 60), digits, 8)
  writeTwoDigits(minutes % 60, digits, 10)
  writeTwoDigits(seconds % 60, digits, 12)
}

/** Milliseconds since the Unix epoch, or `undefined` when the 17 bytes are no date that exists. */
export function readTimestamp(bytes: Uint8Array, position: number): number | undefined {
  for (let at = position; at < position + TIMESTAMP_BYTES; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) return undefined
  }
  const second = isLastSecond(bytes, position) ? lastSecond : readSecond(bytes, position)
  if (second === undefined) return undefined
  return second * 1000 + readDigits(bytes, position + SECOND_DIGITS, 3)
}

function isLastSecond(bytes: Uint8Array, position: number): boolean {
  for (let i = 0; i < SECOND_DIGITS; i++) if (bytes[position + i] !== lastDigits[i]) return false
  return true
}

function readSecond(bytes: Uint8Array, position: number): number | undefined {
  const year = readDigits(bytes, position, 4)
  const month = readDigits(bytes, position + 4, 2)
  const day = readDigits(bytes, position + 6, 2)
  const hour = readDigits(bytes, position + 8, 2)
  const minute = readDigits(bytes, position + 10, 2)
  const second = readDigits(bytes, position + 12, 2)
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined

  const yearFromMarch = month <= 2 ? year - 1 : year
  const era = Math.floor(yearFromMarch / 400)
  const monthFromMarch = month <= 2 ? month + 9 : month - 3
  const days = era * DAYS_IN_ERA + daysOfYears(yearFromMarch - era * 400) + daysOfMonths(monthFromMarch) + day - 1
  lastSecond = (days - DAYS_BEFORE_EPOCH) * DAY + (hour * 60 + minute) * 60 + second
  for (let i = 0; i < SECOND_DIGITS; i++) lastDigits[i] = bytes[position + i]!
  return lastSecond
}

/** Days of the first `years` years of a 400-year era. */
function daysOfYears(years: number): number {
  return years * 365 + Math.floor(years / 4) - Math.floor(years / 100)
}

/** Days of the first `months` months of a year that starts in March. */
function daysOfMonths(months: number): number {
  return Math.floor((153 * months + 2) / 5)
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function writeTwoDigits(value: number, bytes: Uint8Array, position: number): void {
  const tens = Math.floor(value / 10)
  bytes[position] = ZERO + tens
  bytes[position + 1] = ZERO + value - tens * 10
}

function readDigits(bytes: Uint8Array, position: number, count: number): number {
  let value = 0
  for (let at = position; at < position + count; at++) value = value * 10 + bytes[at]! - ZERO
  return value
}
