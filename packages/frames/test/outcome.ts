/** What came of decoding, as a value to compare. */
export type Outcome = { readonly packet: unknown } | { readonly refused: unknown }

export function outcome(decode: () => unknown): Outcome {
  try {
    return { packet: decode() }
  } catch (refused) {
    return { refused }
  }
}
