import { startLocalnet } from '@stream/localnet'
import { ConnectionDriver } from '../../packages/ilp-protocol-stream/dist/driver.js'
import { createServer, createConnection } from 'ilp-protocol-stream'
import { connectPlugin } from './endpoint.mjs'
import { exchange } from './exchange.mjs'
import { job } from './job.mjs'
const ds = []
const start = ConnectionDriver.prototype.start
ConnectionDriver.prototype.start = function (l) { ds.push(this); const on = l.onEvent.bind(l); return start.call(this, { onEvent: (e) => { if (!['moneySent','moneyReceived','readable','writable'].includes(e.type)) console.log(ds.indexOf(this), e); on(e) }, onDrained: () => l.onDrained() }) }
const net = await startLocalnet({ ...job.network, port: 0 })
const r = await connectPlugin(net.port, 'receiver'), s = await connectPlugin(net.port, 'sender')
const server = await createServer({ plugin: r.plugin })
server.on('connection', (c) => exchange(c, { mine: 'server', theirs: 'client' }).catch(e => console.log('srv', e)))
const { destinationAccount, sharedSecret } = server.generateAddressAndSecret()
const c = await createConnection({ plugin: s.plugin, destinationAccount, sharedSecret })
const j = exchange(c, { mine: 'client', theirs: 'server' })
j.catch(e => console.log('cl', e))
let n = 0
const t = setInterval(() => {
  for (const d of ds) { const st = d.connection.stats(); console.log(d.connection.state, st.totalSent, st.inFlight, 'pk', st.packetsSent, st.packetsFulfilled, st.packetsRejected, 'rtt', st.smoothedRtt|0, 'lim', st.packetAmountLimit, JSON.stringify(st.congestion, (k, v) => typeof v === 'bigint' ? String(v) : v), 'min', d.connection.pollOutput(d.now())) 
   for (let i = 1; i < 8; i++) { const x = d.connection.streamStats(i); if (x) console.log('   ', i, x.isOpen, x.sent, x.held, x.unsentBytes, x.unackedBytes, x.readableBytes) } }
  if (++n > 8) process.exit()
}, 1000)
await j; console.log('done'); clearInterval(t); console.log(net.stats()); process.exit()
