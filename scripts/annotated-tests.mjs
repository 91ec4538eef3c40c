// Reads from test files what each test shows: requirements in a comment right above it (`// RFC 0029 4.4.1-2, 5.3.8-1`),
// faults that it keeps out in its title (`… (C4, A3)`).
import ts from 'typescript'

/**
 * @typedef {object} Annotation
 * @property {string} id `0029 4.4.1-2` or `fault C4`
 * @property {string} file
 * @property {string} title with the titles of the describes around it
 * @property {number | undefined} line of the comment, from 1; none when the id stands in the title
 */

const requirements = /^\/\/\s*RFC (00\d\d)\s+(.+?)\s*$/
const faults = /^\/\/\s*Fault\s/
const idsInTitle = /\(((?:[ACDEFJPRS][1-9]\d?)(?:, [A-Z][1-9]\d?)*)\)$/

/** `test`, `it` or `describe` for `test(…)`, `test.each(…)(…)` and the like. */
function runnerOf(expression) {
  if (ts.isIdentifier(expression)) return /^(?:test|it|describe)$/.exec(expression.text)?.[0]
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return runnerOf(expression.expression)
  return undefined
}

function titleOf(node, source) {
  if (!ts.isCallExpression(node) || runnerOf(node.expression) === undefined) return undefined
  const [first] = node.arguments
  if (first === undefined) return undefined
  if (ts.isStringLiteralLike(first)) return first.text
  return ts.isTemplateExpression(first) ? first.getText(source).slice(1, -1) : undefined
}

/** @returns {Annotation[]} */
export function annotationsIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found = []
  const visit = (node, around) => {
    let titles = around
    const call = ts.isExpressionStatement(node) ? node.expression : undefined
    const title = call === undefined ? undefined : titleOf(call, source)
    if (title !== undefined) {
      titles = [...around, title]
      // What a describe is about is a scene; what is right in it, and so what keeps a fault out, a test says.
      const keptOut = runnerOf(call.expression) === 'describe' ? [] : faultsIn(title)
      for (const { id, line } of [...idsAbove(node, text), ...keptOut]) {
        found.push({ id, file, title: titles.join(' › '), line })
      }
    }
    ts.forEachChild(node, (child) => visit(child, titles))
  }
  visit(source, [])
  return found
}

/** The lines, from 1, of comments that show nothing: above no test, or about faults. @param {Annotation[]} found in the same file */
export function looseComments(text, found) {
  const attached = new Set(found.map(({ line }) => line))
  const isIdle = (line, number) => faults.test(line) || (requirements.test(line) && !attached.has(number))
  return text.split('\n').flatMap((line, index) => (isIdle(line.trim(), index + 1) ? [index + 1] : []))
}

function idsAbove(node, text) {
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []
  return ranges.flatMap(({ pos, end }) => {
    const match = requirements.exec(text.slice(pos, end))
    if (match === null) return []
    const line = text.slice(0, pos).split('\n').length
    return match[2].split(/,\s*/).map((id) => ({ id: `${match[1]} ${id}`, line }))
  })
}

function faultsIn(title) {
  const ids = idsInTitle.exec(title)?.[1].split(', ') ?? []
  return ids.filter((id) => /^[ACDEFJPRS]/.test(id)).map((id) => ({ id: `fault ${id}`, line: undefined }))
}
