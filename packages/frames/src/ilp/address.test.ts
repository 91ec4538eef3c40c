import { expect, test } from 'vitest'
import { IlpAddressError, MAX_ADDRESS_LENGTH, assertIlpAddress, isValidIlpAddress } from './address.js'

test.each([
  'g.bank',
  'test.localnet.alice',
  'test1.a',
  'test3.a',
  'private.SEND_ONLY_CLIENT',
  'peer.config',
  'self.a',
  'local.a',
  'example.a_b-c~d.E9',
  `g.${'a'.repeat(MAX_ADDRESS_LENGTH - 2)}`,
])('%s is an address', (address) => {
  expect(isValidIlpAddress(address)).toBe(true)
  expect(() => assertIlpAddress(address)).not.toThrow()
})

test.each([
  [undefined, 'expected a string, got undefined'],
  [null, 'expected a string, got null'],
  [5, 'expected a string, got number'],
  ['', 'it is empty'],
  ['bank.alice', 'it must start with an allocation scheme (g, private, example,'],
  ['test4.alice', 'it must start with an allocation scheme'],
  ['G.alice', 'it must start with an allocation scheme'],
  ['.g.alice', 'it must start with an allocation scheme'],
  ['test', "nothing follows the allocation scheme 'test'"],
  ['test.', 'segment 2 is empty'],
  ['test.a..b', 'segment 3 is empty'],
  ['test.a.', 'segment 3 is empty'],
  ['test.a b', 'character 7 is not one of'],
  ['test.alice\n', 'character 11 is not one of'],
  ['test.é', 'character 6 is not one of'],
  [`g.${'a'.repeat(MAX_ADDRESS_LENGTH - 1)}`, '1024 characters, at most 1023 are allowed'],
])('%j is not, because %s', (value, fault) => {
  expect(isValidIlpAddress(value)).toBe(false)
  expect(() => assertIlpAddress(value)).toThrow(IlpAddressError)
  expect(() => assertIlpAddress(value)).toThrow(`Not an ILP address: ${fault}`)
})

test('a fault does not show the address, whose end may be a credential', () => {
  expect(() => assertIlpAddress('test.bob.secret token')).toThrow(/^(?!.*secret)/)
})
