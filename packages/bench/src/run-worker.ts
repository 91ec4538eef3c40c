import { fork } from 'node:child_process'
import type { Metrics, Spans } from './measure.js'
import type { Scenario } from './scenarios/scenario.js'

const TIME_LIMIT = 180_000

/** One measurement in a process of its own. Rejects when the run does not add up, or takes longer than three minutes. */
export function runWorker(scenario: Scenario, contender: string, spans: Spans): Promise<Metrics> {
  const environment: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production' }
  delete environment['DEBUG']
  return new Promise((resolve, reject) => {
    let metrics: Metrics | undefined
    let stderr = ''
    const child = fork(new URL('worker.js', import.meta.url), [scenario.name, contender, JSON.stringify(spans)], {
      execArgv: [...(scenario.nodeOptions ?? [])],
      env: environment,
      timeout: TIME_LIMIT,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
    child.once('message', (message) => (metrics = message as Metrics))
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (metrics !== undefined) return resolve(metrics)
      reject(new Error(`${scenario.name}, ${contender}: ended with ${signal ?? code}\n${stderr}`))
    })
  })
}
