import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Findings } from './compare.ts'
import { readTable } from './report/document.ts'
import { toRows } from './report/rows.ts'
import { renderMarkdown, renderText } from './report/table.ts'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const lifetimeSeconds = 3

/** Runs the built program, without this one's environment. */
function run(): Promise<{ stdout: string; stderr: string }> {
  const args = [program, '--json', '--seconds', '0.1', '--lifetime', String(lifetimeSeconds)]
  const options = { env: { PATH: process.env['PATH'] }, timeout: 50_000, killSignal: 'SIGKILL' } as const
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(new Error(`${error.message}\n${stderr}`))
    })
  })
}

describe('the comparison', { timeout: 60_000 }, () => {
  let session: Findings
  let jwtCookie: Findings
  let oauth: Findings
  let all: readonly Findings[]
  let stderr: string

  beforeAll(async () => {
    const output = await run()
    stderr = output.stderr
    all = JSON.parse(output.stdout) as Findings[]
    ;[session, jwtCookie, oauth] = all as [Findings, Findings, Findings]
  }, 60_000)

  it('runs three ways, says nothing else, and measures something for each', () => {
    expect(stderr).toBe('')
    expect(all.map(({ name }) => name)).toEqual(['server session', 'JWT cookie', 'OAuth 2.0'])
    for (const { setupLines, requestsPerSecond, requestBytes } of all) {
      expect(setupLines).toBeGreaterThan(10)
      expect(requestsPerSecond).toBeGreaterThan(1)
      expect(requestBytes).toBeGreaterThan(100)
    }
    expect(oauth.linesBesides).toBeGreaterThan(10)
    expect(session.requestBytes).toBeLessThan(jwtCookie.requestBytes)
  })

  it('finds that a logout ends a session at once, and tokens when they expire', () => {
    expect(session.logout.effectiveAfterMs).toBeLessThan(jwtCookie.logout.effectiveAfterMs)
    for (const { logout } of [jwtCookie, oauth]) {
      expect(logout.effectiveAfterMs).toBeGreaterThan(200)
      expect(logout.effectiveAfterMs).toBeLessThan((lifetimeSeconds + 1) * 1000)
    }
    expect(all.map(({ logout }) => logout.renewable)).toEqual([false, false, false])
  })

  it('finds that a thief of tokens is noticed, and one of sessions is not', () => {
    expect(all.map(({ theft }) => theft)).toEqual([
      { usable: true, noticed: false },
      { usable: true, noticed: true },
      { usable: true, noticed: true },
    ])
  })

  it('finds what leaks give away', () => {
    expect(session.leak).toEqual({ database: false, withSecret: true, secretAlone: false })
    expect(jwtCookie.leak).toEqual({ database: false, withSecret: true, secretAlone: true })
    expect(oauth.leak).toEqual({ database: true, withSecret: true })
  })

  it('finds that only a session takes the form of a sibling domain', () => {
    expect(all.map(({ forgedFormTaken }) => forgedFormTaken)).toEqual([true, false, false])
  })

  it('is what the page says, but for its figures', () => {
    const rows = toRows(all, lifetimeSeconds)
    const names = all.map(({ name }) => name)
    const words = rows.filter(({ kind }) => kind === 'words').map(({ title, cells }) => [title, ...cells])
    const ofPage = readTable()
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
    expect(ofPage).toEqual(expect.arrayContaining([['', ...names], ...words]))
    expect(ofPage).toHaveLength(rows.length + 2)
    expect(renderMarkdown(names, rows).split('\n')).toHaveLength(rows.length + 3)
    expect(
      Math.max(
        ...renderText(names, rows)
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(120)
  })
})
