import { Agent } from 'node:http'
import type { Case } from './cases.ts'
import { isAsExpected, type Row } from './row.ts'
import { send } from './send.ts'

/** An app that listens. */
export interface RunningApp {
  readonly name: string
  readonly origin: string
}

/** Called before each request. */
export type ProgressListener = (done: number, total: number, what: string) => void

/** Sends every case to every app, one after another, so that the times are those of one request. */
export async function runCases(
  apps: readonly RunningApp[],
  cases: readonly Case[],
  onProgress: ProgressListener,
): Promise<Row[]> {
  const agent = new Agent({ keepAlive: true })
  const rows: Row[] = []
  try {
    for (const { group, title, path, headers, expected } of cases) {
      for (const { name, origin } of apps) {
        onProgress(rows.length, apps.length * cases.length, `${name}: ${title}`)
        const start = performance.now()
        const got = await send(new URL(path, origin), headers, agent)
        const milliseconds = Number((performance.now() - start).toFixed(2))
        rows.push({ app: name, group, case: title, expected, got, ok: isAsExpected({ expected, got }), milliseconds })
      }
    }
  } finally {
    agent.destroy()
  }
  return rows
}
