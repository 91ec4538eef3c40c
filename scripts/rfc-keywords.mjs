// Which words of RFC 2119 the text of an RFC uses, section by section: what a list of its requirements is held against.
// `node scripts/rfc-keywords.mjs 0029 0029-stream.md` holds what docs/conformance/requirements.json says against the text.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './workspace.mjs'

const word = /\b(?:MUST|SHALL|SHOULD|MAY)(?: (?:NOT|not)\b)?|\b(?:REQUIRED|RECOMMENDED|OPTIONAL)\b/g
/** What may be done may as well be left. */
const levels = {
  SHALL: 'MUST',
  'SHALL NOT': 'MUST NOT',
  REQUIRED: 'MUST',
  RECOMMENDED: 'SHOULD',
  'MAY NOT': 'MAY',
  OPTIONAL: 'MAY',
}
/** There the words themselves are explained. */
const CONVENTIONS = 'Conventions and Definitions'

/**
 * @param {string} markdown
 * @param {Record<string, string>} [numbers] of headings that have none in the text; headings that are in neither count as
 *   `0`
 * @returns {Record<string, string>} by section, in the order of the text: `{ '3.4': 'SHOULD, MAY' }`
 */
export function keywordsIn(markdown, numbers = {}) {
  const found = {}
  let section = '0'
  let isSkipped = false
  for (const line of markdown.split('\n')) {
    const heading = /^#+ (?:(\d+(?:\.\d+)*)\.? )?(.*)$/.exec(line)
    if (heading !== null) {
      section = heading[1] ?? numbers[heading[2]] ?? '0'
      isSkipped = heading[2] === CONVENTIONS
    }
    if (isSkipped) continue
    for (const [match] of line.matchAll(word))
      (found[section] ??= []).push(levels[match.toUpperCase()] ?? match.toUpperCase())
  }
  return Object.fromEntries(Object.entries(found).map(([name, words]) => [name, words.join(', ')]))
}

/**
 * What the list of requirements of an RFC lacks, or has too much: each keyword of a section is answered by a requirement of
 * that section and level. One may answer several, or be the second half of another (`keywords` of it: default 1).
 * Requirements whose level is in small letters come from sentences without a keyword.
 *
 * @returns {string[]} one line per section
 */
export function unansweredKeywords({ rfc, keywords, requirements }) {
  const answered = {}
  for (const { id, level, keywords: count = 1 } of requirements) {
    if (level !== level.toUpperCase()) continue
    const section = id.slice(0, id.lastIndexOf('-'))
    ;(answered[section] ??= []).push(...Array.from({ length: count }, () => level))
  }
  const sections = new Set([...Object.keys(keywords), ...Object.keys(answered)])
  return [...sections].flatMap((section) => {
    const said = (keywords[section] ?? '').split(', ').filter(Boolean).toSorted().join(', ')
    const listed = (answered[section] ?? []).toSorted().join(', ')
    return said === listed
      ? []
      : [`RFC ${rfc} section ${section} says ${said || 'nothing'}, its list of requirements ${listed || 'nothing'}`]
  })
}

function main([rfc, file]) {
  const { rfcs } = JSON.parse(readFileSync(path.join(root, 'docs/conformance/requirements.json'), 'utf8'))
  const listed = rfcs.find((one) => one.rfc === rfc)
  if (listed === undefined || file === undefined) {
    console.error(`rfc-keywords: expected ${rfcs.map((one) => one.rfc).join(' or ')} and the file of its text`)
    return 2
  }
  const said = keywordsIn(readFileSync(file, 'utf8'), listed.headings)
  const sections = new Set([...Object.keys(said), ...Object.keys(listed.keywords)])
  const differing = [...sections].filter((section) => said[section] !== listed.keywords[section])
  for (const section of differing)
    console.error(`${section}: the text says ${said[section]}, the list ${listed.keywords[section]}`)
  if (differing.length === 0) console.log(`RFC ${rfc}: ${sections.size} sections with keywords, as listed`)
  return differing.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main(process.argv.slice(2)))
