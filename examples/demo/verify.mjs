import { job } from './job.mjs'

/** Holds both programs' books against each other and against the network's. Returns what does not add up. */
export function findFaults(client, server, network) {
  const faults = []
  const expect = (isTrue, text) => isTrue || faults.push(text)
  const same = (a, b, text) => expect(a === b, `${text}: ${a} and ${b}`)

  for (const [sender, receiver, side] of [
    [client, server, 'client'],
    [server, client, 'server'],
  ]) {
    same(sender.totalSent, BigInt(job[side].money), `${side}: sent and to be sent`)
    same(sender.totalDelivered, receiver.totalReceived, `${side}: delivered and what the other side received`)
    same(sender.sentHash, receiver.receivedHash, `${side}: SHA-256 of the file before and after`)
    same(job[side].bytes, receiver.bytesReceived, `${side}: bytes of the file before and after`)
    const least = ceilOf(sender.totalSent, sender.minimumRate) - 1n
    expect(
      sender.totalDelivered >= least,
      `${side}: delivered ${sender.totalDelivered}, less than the minimum rate ${sender.minimumRate} allows (${least})`,
    )
  }
  const { sender, receiver } = network.accounts
  same(client.totalSent, sender.amountIn, 'client: sent in its own books and in the network')
  same(server.totalReceived, receiver.amountOut, 'server: received in its own books and in the network')
  same(server.totalSent, receiver.amountIn, 'server: sent in its own books and in the network')
  same(client.totalReceived, sender.amountOut, 'client: received in its own books and in the network')
  return faults
}

/** ceil(amount × rate) for a rate given as a decimal. */
function ceilOf(amount, rate) {
  const [whole, fraction = ''] = rate.split('.')
  const scale = 10n ** BigInt(fraction.length)
  return (amount * BigInt(whole + fraction) + scale - 1n) / scale
}
