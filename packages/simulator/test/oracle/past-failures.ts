import type { Profile } from '../../src/oracle/index.js'

/** Seeds that fail when a fix is taken back, and what the defect was. A change of how scenarios are drawn needs new ones. */
export const pastFailures: readonly (readonly [profile: Profile, seed: number, defect: string])[] = [
  ['lossy', 15, 'a rest that roundings make worthless was tried for ever'],
  ['lossy', 17, 'such a rest kept its stream from closing'],
  ['hostileConnector', 84, 'such a rest was all there was to send'],
  ['lossy', 63, 'an expired packet made a connection'],
  ['hostileConnector', 81, 'an expired packet made a connection in place of a closed one'],
  ['hostilePeer', 1909427338, 'refusals on the way to an earlier address do not count against the new one'],
  ['hostilePeer', 1909427283, 'the same, for a server'],
]
