import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadMessage, LoadOptions } from './load-process.ts'

const program = fileURLToPath(new URL('load-process.js', import.meta.url))

/**
 * Requests that are answered with 200 for each second of processor time that the application, which runs in this process,
 * takes: unlike time on the clock, it is not the time of others.
 */
export async function measureLoad(options: LoadOptions): Promise<number> {
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  try {
    const failed = once(child, 'exit').then(() => Promise.reject(new Error('The load broke off')))
    const told = async () => ((await Promise.race([once(child, 'message'), failed])) as [LoadMessage])[0]
    child.send(options)
    await told()
    const before = process.cpuUsage()
    const end = await told()
    const { user, system } = process.cpuUsage(before)
    if (end === 'begin') throw new Error('The load began twice')
    failed.catch(() => {})
    return end.answered / ((user + system) / 1e6)
  } finally {
    kill()
    process.off('exit', kill)
  }
}
