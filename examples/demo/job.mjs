/** What the demo does: amounts in each side's own units, sizes in bytes. */
export const job = {
  network: { roundTripMs: 50, fee: '0.005', maxPacketAmount: 1000, assetCode: 'XRP', assetScale: 9 },
  client: { money: 1_000_000, streams: 2, bytes: 10 << 20 },
  server: { money: 250_000, streams: 1, bytes: 1 << 20 },
}

/** Same bytes in every run, different ones for each side. */
export function fileOf(side) {
  const bytes = Buffer.allocUnsafe(job[side].bytes)
  let state = side === 'client' ? 0x2545f491 : 0x9e3779b9
  for (let i = 0; i < bytes.length; i += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes.writeInt32LE(state | 0, i)
  }
  return bytes
}
