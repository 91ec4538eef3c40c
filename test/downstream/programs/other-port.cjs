// Preloaded into moneyd, whose port is fixed: listens on $PORT instead.
const { Server } = require('net')

const { listen } = Server.prototype
Server.prototype.listen = function (...args) {
  const replaced = args.map((arg) => (arg === 7768 ? Number(process.env.PORT) : arg))
  for (const arg of replaced)
    if (arg !== null && typeof arg === 'object' && arg.port === 7768) arg.port = Number(process.env.PORT)
  return listen.apply(this, replaced)
}
