import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { BtpFault } from './btp.js'
import { ACCOUNT_NAME_RULE, isAccountName, type LocalnetSettings } from './options.js'

/** What a client said of itself: BTP `auth_username` and `auth_token`, and the path of the URL it connected to. */
export interface Credentials {
  readonly username: string
  readonly token: string
  /** Without the leading slash. */
  readonly path: string
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const generatedName = (bytes: Buffer): string => bytes.subarray(0, 12).toString('base64url')

const refused = (reason: string): BtpFault => ({ code: 'F00', reason })

/**
 * Which account a client is: the name it gave, by username or path; else one made from its token, the same each time it comes
 * back; else, without any token, a fresh one. A fault when it may not log in.
 */
export const identify = (
  settings: Pick<LocalnetSettings, 'accounts' | 'acceptUnknownAccounts'>,
  { username, token, path }: Credentials,
): string | BtpFault => {
  const given = username || path
  if (username && path && username !== path)
    return refused('username and path of the URL name different accounts; give one')
  if (given !== '' && !isAccountName(given)) return refused(`account name must be ${ACCOUNT_NAME_RULE}`)
  const configured = settings.accounts.get(given)
  if (configured === undefined && !settings.acceptUnknownAccounts) return refused('no such account')
  if (configured?.token !== undefined && !timingSafeEqual(digest(configured.token), digest(token))) {
    return refused('invalid auth_token')
  }
  if (given !== '') return given
  return generatedName(token === '' ? randomBytes(12) : digest(token))
}
