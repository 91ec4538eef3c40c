/** How long packets may keep the event loop from everything else, in milliseconds. */
const LONGEST_TURN = 5

// Kept from the start: a program that replaces them (fake timers) means the protocol's time, not the event loop's.
const { performance } = globalThis
const now = performance.now.bind(performance)
const setImmediate: ((work: () => void) => unknown) | undefined = globalThis.setImmediate
const setTimeout = globalThis.setTimeout

let began: number | undefined

/** Runs `work` when timers and sockets have had their turn. */
export function nextTurn(work: () => void): void {
  if (setImmediate === undefined) setTimeout(work, 0)
  else setImmediate(work)
}

/** Whether this turn of the event loop has lasted long enough, counted from the first time somebody asked in it. */
export function isTurnOver(): boolean {
  if (began !== undefined) return now() - began >= LONGEST_TURN
  began = now()
  nextTurn(() => (began = undefined))
  return false
}
