import { createHash } from 'node:crypto'
import { fileOf, job } from './job.mjs'

const HEADER_BYTES = 8

/**
 * One side of the job: sends its money and its file on streams of its own, takes what comes on the other side's
 * streams, and settles when both directions are complete. A file is its length and its bytes; whoever has received
 * all of it ends the stream, so that it works the same with implementations whose end can overtake their last bytes.
 */
export function exchange(connection, { mine, theirs }) {
  const file = fileOf(mine)
  const startedAt = performance.now()
  const hash = createHash('sha256')
  let bytesIn = 0
  let bytesExpected = Infinity
  let moneyMs = 0

  const incoming = new Promise((resolve, reject) => {
    let header = Buffer.alloc(0)
    connection.on('stream', (stream) => {
      stream.on('error', reject)
      stream.setReceiveMax(Infinity)
      stream.on('data', (chunk) => {
        let body = chunk
        if (bytesExpected === Infinity) {
          header = Buffer.concat([header, chunk])
          if (header.length < HEADER_BYTES) return
          bytesExpected = Number(header.readBigUInt64BE(0))
          body = header.subarray(HEADER_BYTES)
        }
        hash.update(body)
        bytesIn += body.length
        if (bytesIn < bytesExpected) return
        stream.end()
        resolve()
      })
    })
    connection.on('error', reject)
    connection.once('close', () => reject(new Error('the connection closed before the file had arrived')))
  })

  const done = Promise.all([sendMoney(), sendFile(), incoming]).then(() => ({ totals }))
  return Object.assign(done, { progress })

  async function sendMoney() {
    const { money, streams } = job[mine]
    const parts = Array.from({ length: streams }, () => connection.createStream())
    await Promise.all(parts.map((stream) => stream.sendTotal(money / streams, { timeout: 600_000 })))
    moneyMs = performance.now() - startedAt
    for (const stream of parts) stream.end()
  }

  async function sendFile() {
    const stream = connection.createStream()
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeBigUInt64BE(BigInt(file.length))
    stream.write(header)
    const taken = new Promise((resolve, reject) => {
      stream.once('end', resolve).once('error', reject)
      stream.resume()
    })
    stream.write(file)
    await taken
  }

  function progress() {
    return {
      sent: Number(connection.totalSent),
      toSend: job[mine].money,
      received: Number(connection.totalReceived),
      bytesIn,
      bytesToCome: job[theirs].bytes,
    }
  }

  function totals() {
    return {
      totalSent: BigInt(connection.totalSent),
      totalDelivered: BigInt(connection.totalDelivered),
      totalReceived: BigInt(connection.totalReceived),
      minimumRate: connection.minimumAcceptableExchangeRate,
      sentHash: createHash('sha256').update(file).digest('hex'),
      receivedHash: hash.digest('hex'),
      bytesReceived: bytesIn,
      moneyMs,
    }
  }
}
