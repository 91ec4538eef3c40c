import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Section } from './section.js'

/** Writes a section and its plots into the documentation, in place of what was there before. */
export async function documentSection(docs: string, section: Section): Promise<void> {
  const file = path.join(docs, 'PERFORMANCE.md')
  const folder = path.join(docs, 'performance')
  await mkdir(folder, { recursive: true })
  for (const plot of section.documented) await writeFile(path.join(folder, plot), section.plots.get(plot)!)
  const images = section.documented.map((plot) => `![${plot.replace('.svg', '')}](performance/${plot})`)
  const text = [section.markdown, images.join('\n')].filter((part) => part !== '').join('\n\n')
  await writeFile(file, withSection(await readFile(file, 'utf8'), section.name, text))
}

/** @throws when the document has no place for it. */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document has no ${begin} … ${end}`)
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`
}
