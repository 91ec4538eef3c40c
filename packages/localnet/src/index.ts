export { LocalnetError } from './errors.js'
export { startLocalnet, type Localnet } from './localnet.js'
export type { Decimal, LocalnetAccountOptions, LocalnetOptions, Rate } from './options.js'
export type { LocalnetAccount } from './switchboard.js'
