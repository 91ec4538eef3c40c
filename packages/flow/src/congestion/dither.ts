/** Any few steps in a row lie spread over the range: the step is near the golden section of a prime. */
const MODULUS = 8191
const STEP = 5063
const REFUSED_FACTOR = 17

/**
 * Spreads intervals from half to one and a half of what they are, without randomness. Payers of the same round trip and
 * rate would otherwise reach a bucket in the same order again and again, and the last of them would always find it
 * empty. What happens to one and not to the other moves them apart.
 */
export class Dither {
  readonly #random: (() => number) | undefined
  #state = 1

  /** @param random Numbers from 0 up to 1 to use instead. */
  constructor(random?: () => number) {
    this.#random = random
  }

  /** From 0.5 to 1.5; 1 on average. */
  next(): number {
    this.#state = (this.#state + STEP) % MODULUS
    return 0.5 + (this.#random?.() ?? this.#state / MODULUS)
  }

  onRefused(): void {
    this.#state = (this.#state * REFUSED_FACTOR + 1) % MODULUS
  }
}
