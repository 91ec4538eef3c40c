/**
 * Variable-length octet strings (RFC 0030): one length byte up to 127; above, 0x80 plus how many big-endian length bytes
 * follow. Only the shortest prefix is written and accepted.
 */
export function octetStringSize(length: number): number {
  return lengthPrefix(length).length + length
}

/** Writes `string` at `offset` and returns the offset behind it. */
export function writeOctetString(bytes: Uint8Array, offset: number, string: Uint8Array): number {
  const prefix = lengthPrefix(string.length)
  bytes.set(prefix, offset)
  bytes.set(string, offset + prefix.length)
  return offset + prefix.length + string.length
}

/** A copy of the octet string at `start` and the offset behind it; `undefined` when it is cut off or not canonical. */
export function readOctetString(bytes: Uint8Array, start: number): { string: Uint8Array; end: number } | undefined {
  const first = bytes[start]
  if (first === undefined) return undefined
  let length = first
  if (first === 0x81) length = bytes[start + 1] ?? 0
  if (first === 0x82) length = ((bytes[start + 1] ?? 0) << 8) | (bytes[start + 2] ?? 0)
  const prefix = lengthPrefix(length)
  const begin = start + prefix.length
  const end = begin + length
  if (prefix[0] !== first || end > bytes.length) return undefined
  return { string: new Uint8Array(bytes.subarray(begin, end)), end }
}

function lengthPrefix(length: number): readonly number[] {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  return [0x82, length >>> 8, length & 0xff]
}
