import { describe, expect, it } from 'vitest'
import { annotationsIn, looseComments } from './annotated-tests.mjs'
import { conformanceDocument, faultsInConformance } from './conformance.mjs'

const requirement = (id, level, more = {}) => ({ id, level, requirement: `Do ${id}.`, ...more })
const rfcs = (...requirements) => [
  { rfc: '0029', title: 'STREAM', keywords: { 1: requirements.map(({ level }) => level).join(', ') }, requirements },
]
const mention = (id) => ({ id, file: 'packages/a/test/b.test.ts', title: 'works' })

describe('what a test shows', () => {
  it('stands in a comment right above it, and for faults in its title', () => {
    const text = `
      describe('streams', () => {
        // Plain words, RFC 0029 1.1-1 among them
        // RFC 0029 4.4.1-2, 5.2-1
        test.each([
          ['test', 1],
        ])('of kind %s work (C1, D2)', () => {})
        it('has nothing to show (T04) (I11)', () => {})
        it('(C3) has nothing either', () => {})
        describe('a scene (C6)', () => {})
      })
      // RFC 0039 3-1
      describe.each([1])(\`all of $\{2}\`, () => {})
    `
    const found = annotationsIn('a.test.ts', text)
    expect(looseComments(text, found)).toEqual([])
    expect(found).toMatchObject([
      ...['0029 4.4.1-2', '0029 5.2-1', 'fault C1', 'fault D2'].map((id) => ({
        id,
        file: 'a.test.ts',
        title: 'streams › of kind %s work (C1, D2)',
      })),
      { id: '0039 3-1', file: 'a.test.ts', title: 'all of ${2}' },
    ])
  })

  it('is nothing when the comment stands above something else, and then that is a fault', () => {
    const text = "\n// RFC 0029 1-1\nconst a = 1\ntest('a', () => {})"
    expect(annotationsIn('a.test.ts', text)).toEqual([])
    expect(looseComments(text, [])).toEqual([2])
  })

  it('is no fault that stands in a comment, wherever it stands', () => {
    const text = "// Fault C1\ntest('a', () => {})\n// Fault C2"
    expect(annotationsIn('a.test.ts', text)).toEqual([])
    expect(looseComments(text, [])).toEqual([1, 3])
  })
})

describe('conformance fails', () => {
  it.each(['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY'])('for a %s that no test shows', (level) => {
    const all = { rfcs: rfcs(requirement('1-1', level)), faults: {}, annotations: [] }
    expect(faultsInConformance(all)).toEqual(['RFC 0029 1-1 is shown by no test'])
    expect(faultsInConformance({ ...all, annotations: [mention('0029 1-1')] })).toEqual([])
  })

  it('for a MUST that was only decided upon, but not for such a MAY, nor for what is left to others', () => {
    const decided = { decision: 'We do not.' }
    const requirements = [
      requirement('1-1', 'MUST', decided),
      requirement('1-2', 'MAY', decided),
      requirement('1-3', 'MUST', { by: 'application' }),
    ]
    const found = faultsInConformance({ rfcs: rfcs(...requirements), faults: {}, annotations: [] })
    expect(found).toEqual(['RFC 0029 1-1 is shown by no test'])
  })

  it('for a fault that no test keeps out', () => {
    const faults = { C1: 'Dust.', C2: 'Free credit.' }
    const found = faultsInConformance({ rfcs: [], faults, annotations: [mention('fault C2')] })
    expect(found).toEqual(['fault C1 is kept out by no test: none has (C1) in its title'])
  })

  it('for a keyword of the text that no requirement answers', () => {
    const [{ requirements, ...rest }] = rfcs(requirement('1-1', 'MAY', { decision: 'We do not.' }))
    const all = { rfcs: [{ ...rest, requirements, keywords: { 1: 'MAY', 2.1: 'MUST' } }], faults: {}, annotations: [] }
    expect(faultsInConformance(all)).toEqual(['RFC 0029 section 2.1 says MUST, its list of requirements nothing'])
  })

  it('for an id that does not exist', () => {
    const annotations = [mention('0029 9-9'), mention('fault C99')]
    expect(faultsInConformance({ rfcs: rfcs(), faults: {}, annotations })).toEqual([
      'packages/a/test/b.test.ts: "works" names 0029 9-9, which does not exist',
      'packages/a/test/b.test.ts: "works" names fault C99, which does not exist',
    ])
  })
})

it('the document names each requirement, what was decided and the tests', () => {
  const requirements = [requirement('1-1', 'MUST', { decision: 'So <and> so.' }), requirement('1-2', 'MAY')]
  const faults = { C1: 'Dust | more.' }
  const annotations = [mention('0029 1-1'), mention('fault C1')]
  const lines = conformanceDocument({ rfcs: rfcs(...requirements), faults, annotations }).split('\n')
  expect(lines).toContain('2 requirements, 1 of them shown by tests.')
  expect(lines).toContain('| 1-1 | MUST | Do 1-1.<br>_So &lt;and> so._ | [a/b](../packages/a/test/b.test.ts): works |')
  expect(lines).toContain('| 1-2 | MAY | Do 1-2. | not used |')
  expect(lines).toContain(String.raw`| C1 | Dust \| more. | [a/b](../packages/a/test/b.test.ts): works |`)
})
