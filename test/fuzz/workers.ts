import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Report, Task } from './messages.ts'

/** Runs tasks in processes of their own, and tells what they report. */
export async function runWorkers(
  tasks: readonly Task[],
  minutes: number,
  onReport: (report: Report) => void,
): Promise<void> {
  const program = fileURLToPath(new URL('worker.js', import.meta.url))
  const workers = tasks.map((task) => {
    const worker = fork(program)
    worker.on('message', (report: Report) => onReport(report))
    worker.send(task)
    return worker
  })
  const killAll = () => workers.forEach((worker) => worker.kill())
  process.on('exit', killAll)
  const stop = () => workers.forEach((worker) => worker.connected && worker.send('stop'))
  const timer = setTimeout(stop, Math.min(minutes * 60_000, 2 ** 31 - 1))
  process.once('SIGINT', stop)
  try {
    await Promise.all(workers.map(ended))
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', stop)
    process.off('exit', killAll)
    killAll()
  }
}

function ended(worker: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`A worker ended with ${code ?? signal}`))
    })
  })
}
