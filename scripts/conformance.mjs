// Writes docs/CONFORMANCE.md: what the RFCs ask for and which tests show it, and the faults that tests keep out.
// `--check` writes nothing and fails when something has no test, a test names what does not exist, a sentence of an RFC is
// in no list, or the file is old.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { annotationsIn, looseComments } from './annotated-tests.mjs'
import { unansweredKeywords } from './rfc-keywords.mjs'
import { root } from './workspace.mjs'

const output = 'docs/CONFORMANCE.md'
const PLACES = 'requirements stand in a comment right above their test, faults in its title'
const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'))

/** Every id there is, as tests may name it. */
const idsOf = (rfcs, faults) => [
  ...rfcs.flatMap(({ rfc, requirements }) => requirements.map(({ id }) => `${rfc} ${id}`)),
  ...Object.keys(faults).map((id) => `fault ${id}`),
]

/**
 * @param {{ rfcs: any[], faults: Record<string, string>, annotations: import('./annotated-tests.mjs').Annotation[] }} of
 * @returns {string[]} one line per fault
 */
export function faultsInConformance({ rfcs, faults, annotations }) {
  const known = new Set(idsOf(rfcs, faults))
  const shown = new Set(annotations.map(({ id }) => id))
  const unknown = annotations.filter(({ id }) => !known.has(id))
  const needed = rfcs.flatMap(({ rfc, requirements }) =>
    requirements.filter((one) => one.by === undefined && !isSettled(one)).map(({ id }) => `${rfc} ${id}`),
  )
  return [
    ...rfcs.flatMap(unansweredKeywords),
    ...unknown.map(({ id, file, title }) => `${file}: "${title}" names ${id}, which does not exist`),
    ...needed.filter((id) => !shown.has(id)).map((id) => `RFC ${id} is shown by no test`),
    ...Object.keys(faults)
      .filter((id) => !shown.has(`fault ${id}`))
      .map((id) => `fault ${id} is kept out by no test: none has (${id}) in its title`),
  ]
}

/** What may be done or left needs no test when it says what was decided. */
const isSettled = ({ level, decision }) => level === 'MAY' && decision !== undefined

/** The document, in Markdown. */
export function conformanceDocument({ rfcs, faults, annotations }) {
  const testsFor = (id) => {
    const tests = annotations.filter((annotation) => annotation.id === id)
    return tests.map(({ file, title }) => `[${shortName(file)}](../${file}): ${escapeCell(title)}`).join('<br>')
  }
  const lines = [
    '<!-- Written by `node scripts/conformance.mjs` from docs/conformance/*.json and the tests. Do not edit. -->',
    '',
    '# Conformance',
    '',
    'What the RFCs ask of an implementation, in our words, and the tests that show it. The id is the section and a number',
    'within it. A test names the requirements it shows in a comment above it, and the faults it keeps out in its title;',
    '`npm run lint` fails when something is shown by no test, and when a MUST, SHOULD or MAY of the texts is answered by none',
    'of the requirements. Levels in small letters come from sentences without one of these words.',
    '',
  ]
  for (const { rfc, title, requirements } of rfcs) {
    const shown = requirements.filter(({ id }) => testsFor(`${rfc} ${id}`) !== '').length
    lines.push(
      `## RFC ${rfc}: ${title}`,
      '',
      `${requirements.length} requirements, ${shown} of them shown by tests.`,
      '',
    )
    lines.push('| Id | Level | Requirement | Shown by |', '| --- | --- | --- | --- |')
    for (const one of requirements) {
      const decision = one.decision === undefined ? '' : `<br>_${escapeCell(one.decision)}_`
      const tests = testsFor(`${rfc} ${one.id}`) || (one.by === undefined ? 'not used' : `left to the ${one.by}`)
      lines.push(`| ${one.id} | ${one.level} | ${escapeCell(one.requirement)}${decision} | ${tests} |`)
    }
    lines.push('')
  }
  lines.push('## Faults seen elsewhere and the tests that keep them out', '')
  lines.push('| Id | Fault | Kept out by |', '| --- | --- | --- |')
  for (const [id, what] of Object.entries(faults))
    lines.push(`| ${id} | ${escapeCell(what)} | ${testsFor(`fault ${id}`)} |`)
  return [...lines, ''].join('\n')
}

const escapeCell = (text) =>
  text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('\n', ' ')
const shortName = (file) =>
  file
    .replace(/^packages\//, '')
    .replace(/\/(?:src|test)\//, '/')
    .replace(/\.test\.[a-z]+$/, '')

function readAnnotations() {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', 'packages', 'examples'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = listed
    .split('\0')
    .filter((file) => /\.test\.(?:ts|mjs)$/.test(file) && existsSync(path.join(root, file)))
  const annotations = []
  const faults = []
  for (const file of files.toSorted()) {
    const text = readFileSync(path.join(root, file), 'utf8')
    const found = annotationsIn(file, text)
    annotations.push(...found)
    faults.push(...looseComments(text, found).map((line) => `${file}:${line} shows nothing: ${PLACES}`))
  }
  return { annotations, faults }
}

function main(isCheck) {
  const { annotations, faults: misplaced } = readAnnotations()
  const { rfcs } = readJson('docs/conformance/requirements.json')
  const { faults } = readJson('docs/conformance/known-faults.json')
  const all = { rfcs, faults, annotations }
  const found = [...misplaced, ...faultsInConformance(all)]
  const text = conformanceDocument(all)
  const file = path.join(root, output)
  if (!isCheck) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    found.push(`${output} is old: run node scripts/conformance.mjs`)
  }
  for (const fault of found) console.error(fault)
  if (found.length === 0)
    console.log(`${idsOf(rfcs, faults).length} requirements and faults, ${annotations.length} mentions in tests`)
  return found.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main(process.argv.includes('--check')))
