import Table from 'cli-table3'
import { job } from './job.mjs'

const number = (value) => value.toLocaleString('en')

export function printReport({ sent: client, received: server, senderKind, receiverKind, seconds, faults }) {
  const table = new Table({
    head: ['', `sender → receiver (${senderKind})`, `receiver → sender (${receiverKind})`],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  })
  const row = (name, of) => table.push([name, of(client, server, 'client'), of(server, client, 'server')])
  row('sent, units', (from) => number(from.totalSent))
  row('delivered, units', (_, to) => number(to.totalReceived))
  row('effective rate', (from, to) => (Number(to.totalReceived) / Number(from.totalSent)).toFixed(6))
  row('minimum rate', (from) => from.minimumRate)
  row('file, MiB', (_, to) => (to.bytesReceived / (1 << 20)).toFixed(1))
  row('packets', (from) => number(from.packets.sent))
  row('rejects', (from) => number(from.packets.rejected))
  row('time for the money, s', (from) => (from.moneyMs / 1000).toFixed(2))
  row(`the same in round trips of ${job.network.roundTripMs} ms`, (from) =>
    (from.moneyMs / job.network.roundTripMs).toFixed(1),
  )
  console.log(table.toString())
  console.log(
    `both directions at once: ${(client.exchangeMs / 1000).toFixed(2)} s; with three processes: ${seconds.toFixed(2)} s`,
  )
  if (faults.length === 0) console.log('hashes, totals and rates add up on both sides and in the network')
  for (const fault of faults) console.error(`does not add up: ${fault}`)
}
