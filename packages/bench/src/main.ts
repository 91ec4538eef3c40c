import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseOptions, USAGE, type BenchOptions } from './options.js'
import { documentSection } from './report/document.js'
import type { Section } from './report/section.js'
import { measureGrowth, measureProfile, measureScenarios } from './sections.js'

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url))

const options = parseOptions(process.argv.slice(2))
if (options === 'help') console.log(USAGE)
else await bench(options)

async function bench({ parts, scenarios, effort, out, isDocumented }: BenchOptions): Promise<void> {
  const started = performance.now()
  if (parts.has('results')) await publish(await measureScenarios(scenarios, effort))
  if (parts.has('growth')) await publish(await measureGrowth(effort))
  if (parts.has('profile')) await publish(await measureProfile(effort))
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`\n${seconds} s; tables, JSON and plots are in ${out}/`)

  async function publish(section: Section): Promise<void> {
    console.log(`${section.markdown}\n`)
    await mkdir(out, { recursive: true })
    await writeFile(path.join(out, `${section.name}.md`), `${section.markdown}\n`)
    await writeFile(path.join(out, `${section.name}.json`), `${JSON.stringify(section.json, undefined, 2)}\n`)
    for (const [name, svg] of section.plots) await writeFile(path.join(out, name), svg)
    if (isDocumented) await documentSection(DOCS, section)
  }
}
