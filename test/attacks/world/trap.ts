import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of the attacker's, which nobody should ever ask for anything. */
export interface Trap {
  readonly origin: string
  /** What was asked for, oldest first. */
  visits(): readonly string[]
  close(): Promise<void>
}

/** @param content what it answers: the attacker's keys */
export async function startTrap(content: string): Promise<Trap> {
  const visits: string[] = []
  const server = createServer((req, res) => {
    visits.push(`${req.method} ${req.url}`)
    res.setHeader('content-type', 'application/json')
    res.end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits: () => [...visits],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
