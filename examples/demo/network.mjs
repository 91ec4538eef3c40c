// Process 1: the network in between.
import { startLocalnet } from '@stream/localnet'
import { job } from './job.mjs'

const localnet = await startLocalnet({ ...job.network, port: 0 })
process.on('message', ({ type }) => {
  if (type === 'stats') process.send({ type: 'stats', stats: localnet.stats() })
})
process.send({ type: 'ready', port: localnet.port })
