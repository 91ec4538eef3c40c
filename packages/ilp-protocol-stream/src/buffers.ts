/** The same memory as a Node `Buffer`. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return bufferView(buffer, byteOffset, byteLength)
}

/** A part of this memory as a Node `Buffer`. */
export function bufferView(buffer: ArrayBufferLike, start: number, length: number): Buffer {
  return Buffer.from(buffer, start, length)
}
