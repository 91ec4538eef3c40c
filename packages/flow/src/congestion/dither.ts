/** A step co-prime to the modulus and near its golden section: any few steps in a row lie spread over the range. */
const MODULUS = 8191
const STEP = 5063

/**
 * Spreads intervals from half to one and a half, without randomness. Payers whose round trips and rates are the same
 * would otherwise reach a bucket in the same order again and again, and the last of them would always find it empty.
 * What happens to one and not to the other moves them apart.
 */
export class Dither {
  #state = 1

  /** From 0.5 to 1.5; 1 on average. */
  get factor(): number {
    return 0.5 + this.#state / MODULUS
  }

  onSent(): void {
    this.#state = (this.#state + STEP) % MODULUS
  }

  onRefused(): void {
    this.#state = (this.#state * 17 + 1) % MODULUS
  }
}
