import type { Profile } from '../../src/oracle/index.js'

/** Seeds that once found a defect of ours, with what it was. They stay, whatever else changes. */
export const pastFailures: readonly (readonly [profile: Profile, seed: number, defect: string])[] = [
  ['lossy', 15, 'a rest that roundings make worthless was tried for ever, and its stream never closed'],
  ['lossy', 36, 'the same with a stream that had been asked to close'],
  ['hostileConnector', 14, 'the same in the direction of the client'],
  ['lossy', 21, 'an expired packet made a connection'],
  ['hostileConnector', 81, 'an expired packet made a connection in place of a closed one'],
  ['lossy', 2836, 'more payments were overdue than could still be booked'],
]
