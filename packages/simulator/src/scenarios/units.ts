import type { TokenBucketOptions } from '../token-bucket.js'

/** What one packet of the catalogue may carry. */
export const PACKET = 1000n

/** A liquidity bucket of so many full packets a second, that holds so many. */
export const packets = (perSecond: number, burst: number): TokenBucketOptions => ({
  rate: BigInt(perSecond) * PACKET,
  burst: BigInt(burst) * PACKET,
})

export const SECOND = 1000
