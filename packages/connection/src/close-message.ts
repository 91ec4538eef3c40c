/** Characters: room for a close is in any packet that is not nearly full. */
const MAX_CLOSE_MESSAGE = 1_000

/** The text of a close frame as the peer gets it: an overlong one is cut, for a close must always fit. */
export function closeMessage(text: string): string {
  if (text.length <= MAX_CLOSE_MESSAGE) return text
  return text.slice(0, MAX_CLOSE_MESSAGE).replace(/[\ud800-\udbff]$/, '') // not in the middle of a character
}
