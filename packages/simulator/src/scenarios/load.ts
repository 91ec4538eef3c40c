import type { ConnectionEvent } from '@stream/connection'
import type { StreamId } from '@stream/frames'
import type { ConnectionDriver } from '../connection-driver.js'
import type { Scheduler } from '../scheduler.js'
import type { Load } from './scenario.js'

/** More than any scenario moves, and little enough to be counted exactly as a number. */
const PLENTY = 2n ** 52n
const EVERYTHING = 2n ** 64n - 1n
const PIECE = new Uint8Array(1 << 16)

/** The sending application: opens a stream and gives it the work that the scenario has for it. */
export const applyLoad = (driver: ConnectionDriver, load: Load, scheduler: Scheduler): void => {
  const streamId = driver.run((connection) => connection.openStream())
  if (streamId === undefined) throw new Error('a new connection allows no stream')
  if (load === 'money') driver.run((connection) => connection.setSendMax(streamId, PLENTY))
  else if (load === 'data') writeOn(driver, streamId)
  else payRegularly(driver, streamId, load, scheduler)
}

const payRegularly = (
  driver: ConnectionDriver,
  streamId: StreamId,
  { amount, interval }: Exclude<Load, string>,
  scheduler: Scheduler,
): void => {
  let total = 0n
  const pay = (): void => {
    if (driver.connection.state === 'closed') return
    total += amount
    driver.run((connection) => connection.setSendMax(streamId, total))
    scheduler.after(interval, pay)
  }
  pay()
}

/** Writes until no more is taken; to be called again on `writable`. */
export const writeOn = (driver: ConnectionDriver, streamId: StreamId): void =>
  driver.run((connection) => {
    while (connection.write(streamId, PIECE) === PIECE.length);
  })

/** The receiving application: takes all money and reads all bytes. Returns how many it read. */
export const takeEverything = (event: ConnectionEvent, driver: ConnectionDriver): number => {
  if (event.type === 'streamOpened') driver.run((connection) => connection.setReceiveMax(event.streamId, EVERYTHING))
  if (event.type !== 'readable') return 0
  let read = 0
  for (;;) {
    const bytes = driver.run((connection) => connection.read(event.streamId, PIECE.length))
    if (bytes === undefined) return read
    read += bytes.length
  }
}
