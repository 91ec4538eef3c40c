import PluginBtp from 'ilp-plugin-btp'

/** Our package, or the one it takes the place of: the rest of the demo cannot tell them apart. */
export function loadStream(implementation) {
  return implementation === 'predecessor' ? import('predecessor') : import('ilp-protocol-stream')
}

const ILP_REJECT = 14

/** A plugin on the network, with counters of the Prepares it carried and how many came back rejected. */
export async function connectPlugin(port, account) {
  const plugin = new PluginBtp({ server: `btp+ws://${account}:demo@localhost:${port}` })
  await plugin.connect()
  const packets = { sent: 0, rejected: 0 }
  const sendData = plugin.sendData.bind(plugin)
  plugin.sendData = async (prepare) => {
    packets.sent++
    const reply = await sendData(prepare)
    if (reply[0] === ILP_REJECT) packets.rejected++
    return reply
  }
  return { plugin, packets }
}
