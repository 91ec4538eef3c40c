import { scenarioNamed } from './scenarios/all.js'
import type { Spans } from './measure.js'

/** Runs one scenario for one contender in this process and tells what it measured to the process that started it. */
const [name, contender, spans] = process.argv.slice(2)
const metrics = await scenarioNamed(name!).run(contender!, JSON.parse(spans!) as Spans)
if (process.send === undefined) console.log(metrics)
else await new Promise((told) => process.send?.(metrics, undefined, undefined, told))
process.exit()
