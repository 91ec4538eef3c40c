import * as ILDCP from 'ilp-protocol-ildcp'
import type { Duration } from '@stream/flow'
import { withDeadline } from './deadline.js'
import { messageOf, UplinkError } from './errors.js'
import type { Plugin } from './plugin.js'

/** Who we are in the network, as the connector above us says. */
export interface Account {
  readonly clientAddress: string
  readonly assetCode: string
  readonly assetScale: number
}

/**
 * Asks the connector for our account (ILDCP, RFC 0031): the first packet of every connection and server.
 * @throws {UplinkError} when there is no answer in time, or none that can be used.
 */
export async function fetchAccount(
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
