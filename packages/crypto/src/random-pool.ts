/** Random bytes drawn from the system ahead of need. */
export interface RandomPool {
  /** `length` bytes in memory of their own. */
  take(length: number): Uint8Array
  /** Forgets what was drawn ahead, so that no copy of this process can hand out the same bytes. */
  discard(): void
}

/** Room for 512 IVs: one system call then costs less per IV than making the array that carries it. */
const POOL_SIZE = 512 * 12

/** Longer wishes (there are no frequent ones) go to the system directly and leave the pool to IVs and conditions. */
const LONGEST_POOLED = 64

/**
 * Spares most calls into the system's generator, which for 12 bytes cost as much as encrypting a small packet.
 * A byte is handed out once, and zeroed in the pool as it leaves: what was drawn for a key is nowhere else in memory.
 */
export function randomPool(fill: (bytes: Uint8Array) => void): RandomPool {
  let pool: Uint8Array | undefined
  let used = POOL_SIZE
  return {
    take(length) {
      const bytes = new Uint8Array(length)
      if (length > LONGEST_POOLED) {
        fill(bytes)
        return bytes
      }
      if (pool === undefined || used + length > POOL_SIZE) {
        pool ??= new Uint8Array(POOL_SIZE)
        fill(pool)
        used = 0
      }
      // Byte by byte: for so few it costs less than the view that a copy of them all would need.
      for (let i = 0; i < length; i++, used++) {
        bytes[i] = pool[used]!
        pool[used] = 0
      }
      return bytes
    },
    discard() {
      pool?.fill(0)
      used = POOL_SIZE
    },
  }
}
