import { Worker } from 'node:worker_threads'
import { CurrentInput, type FuzzReport, type FuzzTask } from './task.js'

/** Milliseconds after which one input counts as one that never ends, on a busy machine too. */
const PATIENCE = 30_000
const LONGEST_INPUT = 4096

/** Fuzzes in a thread of its own, and takes an input that never ends for a crash. */
export async function runTask(task: Omit<FuzzTask, 'memory'>): Promise<FuzzReport> {
  const memory = CurrentInput.allocate(LONGEST_INPUT)
  const current = new CurrentInput(memory)
  const start = performance.now()
  const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: { ...task, memory } })
  return new Promise((resolve, reject) => {
    let seen = { count: -1, at: performance.now() }
    const watch = setInterval(() => {
      const now = performance.now()
      if (current.count !== seen.count) seen = { count: current.count, at: now }
      if (now - seen.at < PATIENCE) return
      const crash = { what: `no end within ${PATIENCE / 1000} seconds`, input: current.get() }
      finish(() => resolve({ ...nothing(task.target, seen.count, now - start), crashes: [crash] }))
      void worker.terminate()
    }, 500)
    const finish = (settle: () => void) => {
      clearInterval(watch)
      settle()
    }
    worker.once('message', (report: FuzzReport) => finish(() => resolve(report)))
    worker.once('error', (error) => finish(() => reject(error)))
  })
}

function nothing(target: string, executions: number, milliseconds: number): FuzzReport {
  return { target, executions, milliseconds, characters: 0, crashes: [], discoveries: [], seeds: undefined }
}
