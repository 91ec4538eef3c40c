/** The same memory as a Node `Buffer`. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** The same memory without the `Buffer` methods, whose `subarray` costs several times as much. */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

let whole: Buffer = Buffer.alloc(0)

/** A packet's part of the memory that packets share, as a Node `Buffer`: cut from another one it costs half as much. */
export function packetView(buffer: ArrayBufferLike, start: number, length: number): Buffer {
  if (whole.buffer !== buffer) whole = Buffer.from(buffer)
  return whole.subarray(start, start + length)
}
