/** The caller asked for something that makes no sense, such as spending credit it does not have. */
export class FlowUsageError extends Error {
  override readonly name = 'FlowUsageError'
}

/** @throws FlowUsageError unless `bytes` is a whole number that a double holds exactly, 0 or more. */
export function assertBytes(what: string, bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return
  throw new FlowUsageError(`${what} is ${bytes}; expected a whole number of bytes from 0 to 2^53 - 1`)
}

/** @throws FlowUsageError unless `value` is a whole number of at least `minimum`. */
export function assertAtLeast(what: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return
  throw new FlowUsageError(`${what} is ${value}; expected a whole number of at least ${minimum}`)
}
