import { expect, test } from 'vitest'
import { withSection } from './document.js'

const document = 'Above\n\n<!-- begin growth -->\n\nold\n\n<!-- end growth -->\n\nBelow\n'

test('a section replaces what stood in its place, and again', () => {
  const once = withSection(document, 'growth', 'new')
  expect(once).toBe('Above\n\n<!-- begin growth -->\n\nnew\n\n<!-- end growth -->\n\nBelow\n')
  expect(withSection(once, 'growth', 'old')).toBe(document)
})

test('a document without its place is left alone, loudly', () => {
  expect(() => withSection(document, 'profile', 'new')).toThrow('no <!-- begin profile -->')
})
