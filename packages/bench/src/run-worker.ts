import { fork } from 'node:child_process'
import type { Spans } from './measure.js'

const TIME_LIMIT = 300_000

export interface Order {
  /** Of a job. */
  readonly name: string
  readonly contender: string
  readonly spans: Spans
  readonly nodeOptions?: readonly string[] | undefined
}

/** One measurement in a process of its own. Rejects when the run does not add up, or takes longer than five minutes. */
export function runWorker<T>({ name, contender, spans, nodeOptions = [] }: Order): Promise<T> {
  const environment: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production' }
  delete environment['DEBUG']
  return new Promise((resolve, reject) => {
    let result: { readonly value: T } | undefined
    let stderr = ''
    const child = fork(new URL('worker.js', import.meta.url), [name, contender, JSON.stringify(spans)], {
      execArgv: [...nodeOptions],
      env: environment,
      timeout: TIME_LIMIT,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
    child.once('message', (message) => (result = { value: message as T }))
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (result !== undefined) return resolve(result.value)
      reject(new Error(`${name}, ${contender}: ended with ${signal ?? code}\n${stderr}`))
    })
  })
}
