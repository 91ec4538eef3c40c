import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { nodeCrypto } from '../src/node.js'
import { condition, found, fulfillment, plaintext } from './readme-example.js'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the example of the README does what its comments say', () => {
  expect(found?.connectionTag).toBe('invoice-42')
  expect(plaintext).toEqual(Uint8Array.of(1, 12, 1, 1, 1, 0, 1, 0))
  expect(nodeCrypto.sha256(fulfillment)).toEqual(condition)
})

it('the example of the README is the one that runs', () => {
  const [example] = read('./readme-example.ts').split('\nexport')
  expect(read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``)
})
