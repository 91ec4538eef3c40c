/** Small packets share buffers of this many bytes: a buffer each would cost more than filling it. */
const SLAB_SIZE = 16_384
/** A packet larger than this part of a slab has a buffer of its own, so that little of a slab is left over. */
const LARGEST_SHARED = SLAB_SIZE / 8

let slab = new Uint8Array(0)
let used = 0

/**
 * `size` bytes that nobody has or will have, and `room` more in front of them. What is carved from one slab lives as long
 * as any of it is kept.
 */
export function packetMemory(size: number, room = 0): Uint8Array {
  const whole = room + size
  if (whole > LARGEST_SHARED) return new Uint8Array(new ArrayBuffer(whole), room, size)
  if (used + whole > slab.length) {
    slab = new Uint8Array(SLAB_SIZE)
    used = 0
  }
  used += whole
  return slab.subarray(used - size, used)
}
