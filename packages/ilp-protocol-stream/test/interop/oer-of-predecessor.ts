import { createRequire } from 'node:module'
import type { FrameWriter } from '../../src/compat/base-frame.js'
import type { ContentsReader } from '../../src/compat/frame-contents.js'

interface OerUtils {
  readonly Predictor: new () => FrameWriter & { readonly length: number }
  readonly Writer: new (size: number) => FrameWriter & { getBuffer(): Buffer }
  readonly Reader: {
    from(bytes: Buffer): ContentsReader & { readUInt8Number(): number; readVarOctetString(): Buffer }
  }
}

const ownRequire = createRequire(import.meta.url)
/** The copy of `oer-utils` that the predecessor brings along. */
export const { Predictor, Reader, Writer } = createRequire(ownRequire.resolve('predecessor'))('oer-utils') as OerUtils
