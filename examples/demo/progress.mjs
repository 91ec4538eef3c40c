import { clearLine, cursorTo } from 'node:readline'

const PLAIN_LINE_EVERY_MS = 1000

/** One line that rewrites itself on a terminal; elsewhere a plain line each second. */
export function progressLine(stream) {
  let lastPlain = 0
  let isDrawn = false
  return {
    update({ sent, toSend, received, bytesIn, bytesToCome }) {
      const text =
        `sent ${sent.toLocaleString('en')} of ${toSend.toLocaleString('en')} units, ` +
        `received ${received.toLocaleString('en')} units and ${mebibytes(bytesIn)} of ${mebibytes(bytesToCome)} MiB`
      if (stream.isTTY) {
        cursorTo(stream, 0)
        clearLine(stream, 0)
        stream.write(text.slice(0, stream.columns - 1))
        isDrawn = true
      } else if (Date.now() - lastPlain >= PLAIN_LINE_EVERY_MS) {
        lastPlain = Date.now()
        stream.write(`${text}\n`)
      }
    },
    end() {
      if (!isDrawn) return
      cursorTo(stream, 0)
      clearLine(stream, 0)
      isDrawn = false
    },
  }
}

const mebibytes = (bytes) => (bytes / (1 << 20)).toFixed(1)
