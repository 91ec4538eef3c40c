import { describe, expect, it } from 'vitest'
import { keywordsIn, unansweredKeywords } from './rfc-keywords.mjs'

const text = `
The text MAY begin before any heading.

## 1. Conventions and Definitions

“MUST” and “SHOULD” are to be interpreted as usual.

## 2. Overview

It SHALL work and it MUST not fail. It should be fast; it is OPTIONAL to be pretty.

### 2.1. Details

| Field | MUST NOT be empty |

### Trade

Endpoints MAY NOT do so. RECOMMENDED: not to.
`

describe('the keywords of a text', () => {
  it('are counted by section, by what they mean, and not where they are explained', () => {
    expect(keywordsIn(text, { Trade: '7' })).toEqual({
      0: 'MAY',
      2: 'MUST, MUST NOT, MAY',
      2.1: 'MUST NOT',
      7: 'MAY, SHOULD',
    })
  })

  it('are of no section where its heading has no number and is given none', () => {
    expect(keywordsIn(text)).toMatchObject({ 0: 'MAY, MAY, SHOULD' })
  })
})

describe('a list of requirements', () => {
  const listed = (keywords, ...requirements) => unansweredKeywords({ rfc: '0029', keywords, requirements })
  const row = (id, level, more = {}) => ({ id, level, ...more })

  it('answers each keyword of its section, in any order', () => {
    expect(listed({ 2.1: 'MUST, MAY' }, row('2.1-1', 'MAY'), row('2.1-2', 'MUST'))).toEqual([])
  })

  it('may answer several with one requirement, or one with several', () => {
    const two = row('2-1', 'MUST', { keywords: 2 })
    expect(listed({ 2: 'MUST, MUST' }, two, row('2-2', 'MUST', { keywords: 0 }))).toEqual([])
  })

  it('may hold what the text says without a keyword', () => {
    expect(listed({}, row('2-1', 'must'))).toEqual([])
  })

  it.each([
    ['lacks one', { 2: 'MUST, MAY' }, 'MUST', 'RFC 0029 section 2 says MAY, MUST, its list of requirements MUST'],
    ['has another', { 2: 'MUST' }, 'MUST NOT', 'RFC 0029 section 2 says MUST, its list of requirements MUST NOT'],
    ['has too much', {}, 'MAY', 'RFC 0029 section 2 says nothing, its list of requirements MAY'],
  ])('is wrong when it %s', (_, keywords, level, fault) => {
    expect(listed(keywords, row('2-1', level))).toEqual([fault])
  })
})
