import type { RunningApp } from '../requests/run-cases.ts'
import type { Paint } from './paint.ts'

/** What runs, and where. */
export function renderAddresses(servers: readonly RunningApp[], paint: Paint): string {
  const width = Math.max(...servers.map(({ name }) => name.length))
  return servers.map(({ name, origin }) => `${paint('bold', name.padEnd(width))}  ${origin}\n`).join('')
}
