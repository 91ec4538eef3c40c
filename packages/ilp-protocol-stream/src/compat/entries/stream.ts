export { DataAndMoneyStream, type ReceiveOpts, type SendOpts } from '../../data-and-money-stream.js'
