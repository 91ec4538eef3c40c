/** Room for 128 secrets. */
const SIZE = 128 * 32

let memory = new Uint8Array(0)
let used = 0

/** The caller may change its own. Copies share buffers, for a buffer each would cost more than all else here. */
export function copyOfSecret(secret: Uint8Array): Uint8Array {
  if (used + secret.length > memory.length) {
    memory = new Uint8Array(Math.max(SIZE, secret.length))
    used = 0
  }
  memory.set(secret, used)
  used += secret.length
  return memory.subarray(used - secret.length, used)
}
