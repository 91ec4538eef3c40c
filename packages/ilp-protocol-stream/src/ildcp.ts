import * as ILDCP from 'ilp-protocol-ildcp'
import type { ConnectionMode } from '@stream/connection'
import type { Duration } from '@stream/flow'
import { isValidIlpAddress } from '@stream/frames/ilp'
import { withDeadline } from './deadline.js'
import { InvalidArgumentError, messageOf, UplinkError } from './errors.js'
import { DEFAULT_CONNECT_TIMEOUT, type Plugin } from './plugin.js'

/** Who we are in the network, as the connector above us says. */
export interface Account {
  /** Empty: a client that only sends and has stated its asset needs none. */
  readonly clientAddress: string
  readonly assetCode: string
  readonly assetScale: number
}

/** What the caller may know already, and how to ask otherwise. */
export interface AccountOptions {
  readonly mode?: ConnectionMode | undefined
  readonly sourceAccount?: string | undefined
  readonly assetCode?: string | undefined
  readonly assetScale?: number | undefined
  readonly connectTimeout?: Duration | undefined
  readonly getExpiry?: ((destination: string) => Date) | undefined
}

/**
 * Our account as the options state it; `undefined` when they leave that to the connector.
 * @throws {InvalidArgumentError} for a part of it, or one that cannot be.
 */
export function statedAccount(opts: AccountOptions): Account | undefined {
  const { assetCode, assetScale } = opts
  if (assetCode === undefined && assetScale === undefined) return undefined
  const sourceAccount = opts.sourceAccount ?? (opts.mode === 'send' ? '' : undefined)
  if (sourceAccount === undefined || assetCode === undefined || assetScale === undefined) {
    throw new InvalidArgumentError(
      'sourceAccount',
      'sourceAccount, assetCode and assetScale go together: give all three, or none to ask the connector',
    )
  }
  if (opts.sourceAccount !== undefined && !isValidIlpAddress(sourceAccount)) {
    throw new InvalidArgumentError('sourceAccount', `sourceAccount is no ILP address: "${String(sourceAccount)}"`)
  }
  if (!Number.isInteger(assetScale) || assetScale < 0 || assetScale > 255) {
    throw new InvalidArgumentError('assetScale', `assetScale must be a whole number from 0 to 255, got ${assetScale}`)
  }
  return { clientAddress: sourceAccount, assetCode, assetScale }
}

/** Our account: as stated, else as the connector says. @throws {UplinkError} when it does not say. */
export async function learnAccount(plugin: Plugin, opts: AccountOptions): Promise<Account> {
  return statedAccount(opts) ?? fetchAccount(plugin, opts.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT, opts.getExpiry)
}

/**
 * Asks the connector for our account (ILDCP, RFC 0031): the first packet of every connection and server.
 * @throws {UplinkError} when there is no answer in time, or none that can be used.
 */
async function fetchAccount(
  plugin: Plugin,
  timeout: Duration,
  getExpiry?: (destination: string) => Date,
): Promise<Account> {
  const request = getExpiry ? { expiresAt: getExpiry('peer.config') } : {}
  const answer = ILDCP.fetch((data) => plugin.sendData(data), request)
  try {
    return await withDeadline(answer, timeout, () => new Error(`no answer within ${timeout} ms`))
  } catch (cause) {
    throw new UplinkError(
      `Could not learn our own ILP address from the connector behind the plugin (ILDCP): ${messageOf(cause)}.` +
        ' Is it a connector, and is this account one of its children?',
      { cause },
    )
  }
}
