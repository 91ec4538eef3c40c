import type { Profile } from '../../src/oracle/index.js'

/** Seeds that fail when a fix is taken back, and what the defect was. A change of how scenarios are drawn needs new ones. */
export const pastFailures: readonly (readonly [profile: Profile, seed: number, defect: string])[] = [
  ['hostileConnector', 84, 'a rest that roundings make worthless was tried for ever'],
  ['lossy', 63, 'an expired packet made a connection'],
  ['hostileConnector', 81, 'an expired packet made a connection in place of a closed one'],
  ['hostilePeer', 1909427338, 'refusals on the way to an earlier address do not count against the new one'],
  ['hostilePeer', 214, 'the same, for a server'],
]
