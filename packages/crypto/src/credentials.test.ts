import fc from 'fast-check'
import { Writer } from 'oer-utils'
import { describe, expect, it } from 'vitest'
import { hex } from '../test/bytes.js'
import { predecessorCredentials, predecessorReads } from '../test/predecessor-server.js'
import { encodeBase64url } from './base64url.js'
import { MAX_CONNECTION_TAG_LENGTH, serverCredentials } from './credentials.js'
import { sealEnvelope } from './envelope.js'
import { nodeCrypto } from './node.js'
import { portableCrypto } from './portable.js'

const serverSecret = Uint8Array.from({ length: 32 }, (_, i) => i)
const credentials = serverCredentials(nodeCrypto, serverSecret)
const receipts = { receiptNonce: new Uint8Array(16).fill(1), receiptSecret: new Uint8Array(32).fill(2) }

const asciiTag = fc.string({
  unit: fc.nat(0x7f).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: MAX_CONNECTION_TAG_LENGTH,
  size: 'max',
})
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyContents = fc
  .tuple(
    fc.record({ connectionTag: asciiTag }, { requiredKeys: [] }),
    fc.option(fc.record({ receiptNonce: bytes(16), receiptSecret: bytes(32) })),
  )
  .map(([tag, pair]) => ({ ...tag, ...pair }))

/** A token made by the server's own key around contents it would never write. */
function tokenAround(plaintext: Uint8Array): string {
  return encodeBase64url(sealEnvelope(nodeCrypto, nodeCrypto.aes256Gcm(serverSecret), plaintext))
}

function layout(...strings: number[][]): Buffer {
  const writer = new Writer()
  writer.writeOctetString(Buffer.alloc(18), 18)
  for (const string of strings) writer.writeVarOctetString(Buffer.from(string))
  return writer.getBuffer()
}

describe('server credentials', () => {
  // RFC 0029 4.1-4
  // RFC 0039 2.3-1, 2.3-2
  it('are found again in the token', () => {
    fc.assert(
      fc.property(anyContents, (contents) => {
        const { token, sharedSecret } = credentials.create(contents)
        expect(credentials.read(token)).toEqual({ ...contents, sharedSecret })
      }),
    )
  })

  it('are new every time', () => {
    const made = Array.from({ length: 100 }, () => credentials.create())
    expect(new Set(made.map(({ token }) => token)).size).toBe(100)
    expect(new Set(made.map(({ sharedSecret }) => hex(sharedSecret))).size).toBe(100)
  })

  it('have a token of 66 characters when nothing is hidden in it', () => {
    expect(credentials.create().token).toMatch(/^[\w-]{66}$/)
    expect(credentials.create({ connectionTag: '' }).token).toHaveLength(66)
    expect(credentials.create({ connectionTag: 'tag', ...receipts }).token).toHaveLength(134)
  })

  it('leave room for the server’s account in an ILP address even when the token holds all it can', () => {
    const { token } = credentials.create({ connectionTag: 'x'.repeat(MAX_CONNECTION_TAG_LENGTH), ...receipts })
    expect(token.length).toBeLessThanOrEqual(700)
  })

  it('are those of another server under another secret', () => {
    const { token } = credentials.create()
    expect(serverCredentials(nodeCrypto, new Uint8Array(32).fill(9)).read(token)).toBeUndefined()
  })

  // RFC 0039 2.1-3, 2.3-3
  it('hide the receipt secret from who holds the token and the shared secret', () => {
    const { token, sharedSecret } = credentials.create(receipts)
    for (const shown of [Buffer.from(token, 'base64url'), Buffer.from(sharedSecret)]) {
      expect(hex(shown)).not.toContain(hex(receipts.receiptSecret.subarray(0, 4)))
      expect(hex(shown)).not.toContain(hex(receipts.receiptNonce.subarray(0, 4)))
    }
    expect(serverCredentials(nodeCrypto, sharedSecret).read(token)).toBeUndefined()
  })

  it('are read alike by both providers', () => {
    const { token } = credentials.create({ connectionTag: 'tag', ...receipts })
    expect(serverCredentials(portableCrypto, serverSecret).read(token)).toEqual(credentials.read(token))
  })

  it('do not keep the memory of the server secret', () => {
    const given = new Uint8Array(serverSecret)
    const own = serverCredentials(nodeCrypto, given)
    given.fill(0)
    const { token, sharedSecret } = own.create()
    expect(credentials.read(token)).toEqual({ sharedSecret })
  })
})

describe('a token that is not the server’s own', () => {
  const { token } = credentials.create({ connectionTag: 'tag', ...receipts })

  it('is refused when any character was replaced, left out or added', () => {
    for (let at = 0; at < token.length; at++) {
      const [head, character, tail] = [token.slice(0, at), token.charAt(at), token.slice(at + 1)]
      for (const other of [character === 'A' ? 'B' : 'A', '=', '+', '~', '.', '']) {
        expect(credentials.read(head + other + tail)).toBeUndefined()
      }
      expect(credentials.read(`${head}A${character}${tail}`)).toBeUndefined()
    }
  })

  it.each(['=', '==', '.', '.more', 'A', 'AA', '\n'])('is refused with %j behind it', (tail) => {
    expect(credentials.read(token + tail)).toBeUndefined()
  })

  it('is refused in any other spelling of the same bytes', () => {
    // 100 bytes leave four bits over in the last character.
    const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
    const aliases = alphabet.map((last) => token.slice(0, -1) + last)
    const sameBytes = aliases.filter((alias) => Buffer.from(alias, 'base64url').equals(Buffer.from(token, 'base64url')))
    expect(sameBytes).toHaveLength(16)
    expect(sameBytes.filter((alias) => credentials.read(alias) !== undefined)).toEqual([token])
    const standardAlphabet = Buffer.from(token, 'base64url').toString('base64')
    expect(credentials.read(standardAlphabet)).toBeUndefined()
  })

  it.each([
    '',
    '__proto__',
    'constructor',
    'A'.repeat(37),
    'A'.repeat(38),
    'A'.repeat(40),
    'A'.repeat(100_000),
    '😀😀',
  ])('is refused when it is no token at all (%#)', (text) => {
    expect(credentials.read(text)).toBeUndefined()
  })

  it('is refused when it is longer than any ILP address, before any work is done for it', () => {
    const held = (tagLength: number) =>
      tokenAround(
        layout(
          Array.from({ length: tagLength }, () => 0x61),
          [],
          [],
        ),
      )
    expect(held(716)).toHaveLength(1023)
    expect(credentials.read(held(716))?.connectionTag).toHaveLength(716)
    expect(held(717).length).toBeGreaterThan(1023)
    expect(credentials.read(held(717))).toBeUndefined()
  })

  it('is found readable by the helper of the next tests, so that they test the contents', () => {
    expect(credentials.read(tokenAround(layout([0x61], [], [])))?.connectionTag).toBe('a')
  })

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['only a nonce', Buffer.alloc(18)],
    ['two strings of three', layout([], [])],
    ['bytes behind the strings', Buffer.concat([layout([], [], []), Buffer.alloc(1)])],
    ['a receipt nonce of 15 bytes', layout([], Array(15).fill(1), Array(32).fill(2))],
    ['a receipt secret of 31 bytes', layout([], Array(16).fill(1), Array(31).fill(2))],
    ['a receipt nonce alone', layout([], Array(16).fill(1), [])],
    ['a receipt secret alone', layout([], [], Array(32).fill(2))],
    ['a string longer than the rest', Buffer.concat([Buffer.alloc(18), Buffer.from([5, 0, 0])])],
    ['a length of four bytes', Buffer.concat([Buffer.alloc(18), Buffer.from([0x84, 0, 0, 0, 0, 0, 0])])],
    ['a length cut off', Buffer.concat([Buffer.alloc(18), Buffer.from([0, 0, 0x82])])],
    ['a length of one byte cut off', Buffer.concat([Buffer.alloc(18), Buffer.from([0, 0, 0x81])])],
    ['a length of zero bytes', Buffer.concat([Buffer.alloc(18), Buffer.from([0x80, 0, 0])])],
    ['a length in more bytes than it needs', Buffer.concat([Buffer.alloc(18), Buffer.from([0x81, 1, 0x61, 0, 0])])],
  ])('is refused when it authenticates but holds %s', (_, plaintext) => {
    expect(credentials.read(tokenAround(plaintext))).toBeUndefined()
  })
})

describe('misuse of server credentials', () => {
  it.each([0, 16, 31, 33])('refuses a server secret of %i bytes at once', (length) => {
    expect(() => serverCredentials(nodeCrypto, new Uint8Array(length))).toThrow(
      expect.objectContaining({
        name: 'CryptoError',
        code: 'invalidArgument',
        message: `serverSecret must be a Uint8Array of 32 bytes, got ${length} bytes: make one with randomBytes(32) and keep it`,
      }),
    )
  })

  it('speaks of one byte in the singular', () => {
    expect(() => serverCredentials(nodeCrypto, new Uint8Array(1))).toThrow(/got 1 byte:/)
  })

  it.each<[unknown, string]>([
    ['0123456789abcdef0123456789abcdef', 'string'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('refuses %j as a server secret without repeating it', (secret, kind) => {
    const make = () => serverCredentials(nodeCrypto, secret as Uint8Array)
    expect(make).toThrow(`got ${kind}`)
    expect(make).not.toThrow(/0123/)
  })

  it.each(['é', '\u0080', '😀', 'tag\u0100'])(
    'refuses the tag %j, which the token could only mangle',
    (connectionTag) => {
      expect(() => credentials.create({ connectionTag })).toThrow(/^connectionTag must be ASCII/)
    },
  )

  it('refuses a tag that is too long for an address (F15)', () => {
    const connectionTag = 'x'.repeat(MAX_CONNECTION_TAG_LENGTH + 1)
    expect(() => credentials.create({ connectionTag })).toThrow(
      /^connectionTag must have at most 400 characters, got 401/,
    )
  })

  it('refuses a tag that is no text', () => {
    expect(() => credentials.create({ connectionTag: 5 as unknown as string })).toThrow(
      'connectionTag must be a string, got number',
    )
  })

  const { receiptNonce, receiptSecret } = receipts
  it.each([
    [{ receiptNonce }, 'receiptNonce and receiptSecret must accompany each other'],
    [{ receiptSecret }, 'receiptNonce and receiptSecret must accompany each other'],
    [{ receiptNonce: new Uint8Array(15), receiptSecret }, 'receiptNonce must be 16 bytes'],
    [{ receiptNonce: new Uint8Array(0), receiptSecret }, 'receiptNonce must be 16 bytes'],
    [{ receiptNonce, receiptSecret: new Uint8Array(33) }, 'receiptSecret must be 32 bytes'],
  ])('refuses an incomplete or misshapen pair of receipt nonce and secret (%#)', (contents, message) => {
    expect(() => credentials.create(contents)).toThrow(expect.objectContaining({ name: 'CryptoError', message }))
  })
})

describe('credentials of ilp-protocol-stream 2.x', () => {
  it('stay valid after an upgrade', () => {
    fc.assert(
      fc.property(anyContents, bytes(32), (contents, secret) => {
        const { token, sharedSecret } = predecessorCredentials(secret, contents)
        expect(serverCredentials(nodeCrypto, secret).read(token)).toEqual({ ...contents, sharedSecret })
      }),
    )
  })

  it('with a tag longer than new ones may be stay valid too', () => {
    const connectionTag = 'x'.repeat(650)
    const { token, sharedSecret } = predecessorCredentials(serverSecret, { connectionTag })
    expect(token.length).toBeLessThan(1023)
    expect(credentials.read(token)).toEqual({ connectionTag, sharedSecret })
  })

  it('with a tag that was mangled give the tag that version would have given', async () => {
    const { token, sharedSecret } = predecessorCredentials(serverSecret, { connectionTag: 'caf\u00e9' })
    const theirs = await predecessorReads(serverSecret, token, sharedSecret)
    expect(credentials.read(token)).toEqual({ ...theirs, sharedSecret })
  })

  it('have the same contents for that version when we made them', async () => {
    await fc.assert(
      fc.asyncProperty(anyContents, bytes(32), async (contents, secret) => {
        const { token, sharedSecret } = serverCredentials(nodeCrypto, secret).create(contents)
        expect(await predecessorReads(secret, token, sharedSecret)).toEqual(contents)
      }),
      { numRuns: 30 },
    )
  })
})
