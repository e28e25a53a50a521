import type { ChildProcess, Serializable } from 'node:child_process'

const defaultTimeLimitMs = 120_000

/**
 * Sends a child process a question and waits for its answer; rejects when the process ends instead, or takes too long.
 *
 * @param timeLimitMs default two minutes
 */
export function ask<Answer>(
  child: ChildProcess,
  question: object,
  timeLimitMs: number = defaultTimeLimitMs,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer)
      child.off('message', answered)
      child.off('exit', ended)
      child.off('error', failed)
    }
    const answered = (answer: Serializable) => {
      finish()
      resolve(answer as Answer)
    }
    const failed = (error: Error) => {
      finish()
      reject(error)
    }
    const ended = (code: number | null, signal: string | null) => {
      failed(new Error(`a child process ended (${signal ?? code}) instead of answering`))
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      failed(new Error(`a child process did not answer in ${timeLimitMs / 1000} s`))
    }, timeLimitMs)
    child.on('message', answered)
    child.on('exit', ended)
    child.on('error', failed)
    child.send(question as Serializable)
  })
}
