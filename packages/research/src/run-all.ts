import { Worker } from 'node:worker_threads'
import { controllersOf } from './controller-module.js'
import { jobKey, runJob, type Job, type RunResult } from './job.js'

export interface RunAllOptions {
  readonly workers: number
  readonly controllerModules: readonly string[]
  readonly onResult: (result: RunResult) => void
}

/** Runs every job, each in a worker thread of its own or, with 0 workers, in this one. Rejects with the first that fails. */
export const runAll = async (jobs: readonly Job[], options: RunAllOptions): Promise<void> => {
  const { workers, controllerModules, onResult } = options
  const waiting = [...jobs]
  if (workers === 0) {
    const controllers = await controllersOf(controllerModules)
    for (const job of waiting) onResult(runJob(job, controllers))
    return
  }
  const threads = Array.from({ length: Math.min(workers, jobs.length) }, () => {
    return new Worker(new URL('./worker.js', import.meta.url), { workerData: controllerModules })
  })
  try {
    await Promise.all(threads.map((thread) => workOff(thread, waiting, onResult)))
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

/** Gives one thread job after job until none waits. */
const workOff = (thread: Worker, waiting: Job[], onResult: (result: RunResult) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    let current: Job | undefined
    const next = (): void => {
      current = waiting.shift()
      if (current === undefined) resolve()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin, windows do
      else thread.postMessage(current)
    }
    thread.on('message', (result: RunResult) => {
      onResult(result)
      next()
    })
    thread.on('error', (cause) => {
      reject(new Error(`run ${current === undefined ? '' : jobKey(current)} failed`, { cause }))
    })
    thread.on('exit', () => reject(new Error('a worker thread ended before its work did')))
    next()
  })
