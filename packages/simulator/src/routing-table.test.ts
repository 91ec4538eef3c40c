import { expect, test } from 'vitest'
import { RoutingTable } from './routing-table.js'

const table = (routes: Record<string, string>): RoutingTable<string> => {
  const filled = new RoutingTable<string>()
  for (const [prefix, account] of Object.entries(routes)) filled.add(prefix, account)
  return filled
}

test('the longest prefix wins', () => {
  const routes = table({ test: 'a', 'test.net': 'b', 'test.net.alice': 'c' })
  expect(routes.lookup('test.net.alice')).toBe('c')
  expect(routes.lookup('test.net.alice.x.y')).toBe('c')
  expect(routes.lookup('test.net.bob')).toBe('b')
  expect(routes.lookup('test.other')).toBe('a')
})

test('only whole segments match', () => {
  expect(table({ 'test.al': 'a' }).lookup('test.alice')).toBeUndefined()
})

test('the empty prefix leads everywhere else', () => {
  const routes = table({ '': 'up', 'test.net': 'down' })
  expect(routes.lookup('g.far.away')).toBe('up')
  expect(routes.lookup('test.net.x')).toBe('down')
})

test('without a route nothing is found', () => {
  expect(table({}).lookup('test.net')).toBeUndefined()
})

test('a later route for the same prefix replaces the earlier', () => {
  const routes = table({ test: 'a' })
  routes.add('test', 'b')
  expect(routes.lookup('test.x')).toBe('b')
})

test('all routes to an account can be removed', () => {
  const routes = table({ test: 'a', 'test.x': 'b', 'test.y': 'b' })
  routes.removeAllTo('b')
  expect(routes.size).toBe(1)
  expect(routes.lookup('test.y')).toBe('a')
})

test.each(['test.', 'test..x', 'te st', '.'])('prefix %j is refused', (prefix) => {
  expect(() => table({ [prefix]: 'a' })).toThrow('expected an ILP address prefix')
})
