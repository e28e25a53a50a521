/*
 * Asks as fast as it is answered, in a process of its own, whose work does not count as the application's.
 */
import { Agent, get } from 'node:http'

export interface LoadOptions {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
  readonly seconds: number
}

/** What the process says: when it begins to count, and how many requests were answered by the end. */
export type LoadMessage = 'begin' | { readonly answered: number }

const connections = 16
const agent = new Agent({ keepAlive: true, maxSockets: connections })

function ask({ url, fields }: LoadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: fields }, (response) => {
      response.resume()
      response.once('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`It answered ${response.statusCode}`))
      })
    })
    request.once('error', reject)
  })
}

async function askUntil(deadline: number, options: LoadOptions): Promise<number> {
  let answered = 0
  while (performance.now() < deadline) {
    await ask(options)
    answered++
  }
  return answered
}

async function askFor(seconds: number, options: LoadOptions): Promise<number> {
  const deadline = performance.now() + seconds * 1000
  const answered = await Promise.all(Array.from({ length: connections }, () => askUntil(deadline, options)))
  return answered.reduce((sum, count) => sum + count, 0)
}

async function run(options: LoadOptions): Promise<void> {
  // The application is compiled while it runs.
  await askFor(options.seconds / 2, options)
  process.send?.('begin' satisfies LoadMessage)
  process.send?.({ answered: await askFor(options.seconds, options) } satisfies LoadMessage)
  agent.destroy()
  process.disconnect()
}

process.once('message', (options: LoadOptions) => void run(options))
