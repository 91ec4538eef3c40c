export { DataAndMoneyStream } from '../../data-and-money-stream.js'
export type { ReceiveOpts, SendOpts } from '../../wait-opts.js'
