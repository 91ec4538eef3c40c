import { jobNamed } from './jobs.js'
import type { Spans } from './measure.js'

/** Does one job for one contender in this process and tells the result to the process that started it. */
process.once('disconnect', () => process.exit())
const [name, contender, spans] = process.argv.slice(2)
const result = await jobNamed(name!)(contender!, JSON.parse(spans!) as Spans)
if (process.send === undefined) console.log(result)
else await new Promise((told) => process.send?.(result, undefined, undefined, told))
process.exit()
