/** The same memory as a Node `Buffer`. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** The same memory as a plain array: what is cut from it costs less than parts of a `Buffer`. */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

let whole: Buffer = Buffer.alloc(0)

/** A packet's part of the memory that packets share, as a Node `Buffer`: cut from another one it costs half as much. */
export function packetView(buffer: ArrayBufferLike, start: number, length: number): Buffer {
  if (whole.buffer !== buffer) whole = Buffer.from(buffer)
  return whole.subarray(start, start + length)
}
