// Reads from test files which requirement or known fault each test shows: in a comment right above it
// (`// RFC 0029 4.4.1-2, 5.3.8-1`, `// Fault A4, J1`), or for faults also in its title (`… (C4)`).
import ts from 'typescript'

/**
 * @typedef {object} Annotation
 * @property {string} id `0029 4.4.1-2` or `fault C4`
 * @property {string} file
 * @property {string} title with the titles of the describes around it
 * @property {number | undefined} line of the comment, from 1; none when the id stands in the title
 */

const comment = /^\/\/\s*(RFC 00\d\d|Fault)\s+(.+?)\s*$/
const idsInTitle = /\(((?:[ACDEFJPRS][1-9]\d?)(?:, [A-Z][1-9]\d?)*)\)/g

/** `test`, `it` or `describe` for `test(…)`, `test.each(…)(…)` and the like. */
function runnerOf(expression) {
  if (ts.isIdentifier(expression)) return /^(test|it|describe)$/.test(expression.text)
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return runnerOf(expression.expression)
  return false
}

function titleOf(node, source) {
  if (!ts.isCallExpression(node) || !runnerOf(node.expression)) return undefined
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
      for (const { id, line } of [...idsAbove(node, text), ...faultsIn(title)]) {
        found.push({ id, file, title: titles.join(' › '), line })
      }
    }
    ts.forEachChild(node, (child) => visit(child, titles))
  }
  visit(source, [])
  return found
}

/** The lines, from 1, of such comments that stand above no test. @param {Annotation[]} found in the same file */
export function looseComments(text, found) {
  const attached = new Set(found.map(({ line }) => line))
  const lines = text.split('\n').map((line, index) => (comment.test(line.trim()) ? index + 1 : undefined))
  return lines.filter((line) => line !== undefined && !attached.has(line))
}

function idsAbove(node, text) {
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []
  return ranges.flatMap(({ pos, end }) => {
    const match = comment.exec(text.slice(pos, end))
    if (match === null) return []
    const kind = match[1] === 'Fault' ? 'fault' : match[1].slice(4)
    const line = text.slice(0, pos).split('\n').length
    return match[2].split(/,\s*/).map((id) => ({ id: `${kind} ${id}`, line }))
  })
}

function faultsIn(title) {
  const ids = [...title.matchAll(idsInTitle)].flatMap(([, list]) => list.split(', '))
  return ids.filter((id) => /^[ACDEFJPRS]/.test(id)).map((id) => ({ id: `fault ${id}`, line: undefined }))
}
