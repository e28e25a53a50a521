import type { RunCommand } from './command.ts'
import { renderAddresses } from './report/addresses.ts'
import { renderInvitation } from './report/invitation.ts'
import { paintFor } from './report/paint.ts'
import { createProgress, type Progress } from './report/progress.ts'
import { renderMismatches, renderSummary, renderTable, tableNotes } from './report/table.ts'
import { createCases } from './requests/cases.ts'
import { exitCodeFor, type Row } from './requests/row.ts'
import { runCases } from './requests/run-cases.ts'
import { requestTokens, type Tokens } from './requests/tokens.ts'
import { makeWrongTokens, type WrongTokens } from './requests/wrong-tokens.ts'
import { audiences, startSurroundings, type Surroundings } from './surroundings.ts'

interface Demonstration {
  readonly rows: readonly Row[]
  readonly tokens: Tokens
  readonly wrongTokens: WrongTokens
}

/** By convention, of a program that SIGINT ended before its work was done. */
const interruptedExitCode = 130

/** @returns the exit code */
export async function runDemo({ once, json }: RunCommand): Promise<number> {
  const interruption = waitForInterruption()
  const progress = createProgress(process.stderr, process.env)
  progress.show('Starting an authorization server and three apps')
  const surroundings = await startSurroundings()
  try {
    const outcome = await Promise.race([demonstrate(surroundings, progress), interruption])
    progress.end()
    if (outcome === 'interrupted') return once ? interruptedExitCode : 0
    process.stdout.write(json ? toJson(outcome.rows) : toText(outcome, surroundings))
    if (once) return exitCodeFor(outcome.rows)
    process.stdout.write(toInvitation(outcome, surroundings))
    await interruption
    process.stdout.write('\nEnded.\n')
    return 0
  } finally {
    progress.end()
    await surroundings.close()
  }
}

/** Not `once`: npm passes a Ctrl-C on that the terminal has sent already, and the second would end us midway. */
function waitForInterruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('interrupted'))
  })
}

async function demonstrate({ as, partnerIssuer, apps }: Surroundings, progress: Progress): Promise<Demonstration> {
  progress.show('Asking for tokens')
  const tokens = await requestTokens(as, audiences)
  const wrongTokens = await makeWrongTokens(as, { ...tokens, partnerIssuer })
  const rows = await runCases(apps, createCases(tokens, wrongTokens), progress.showBar)
  return { rows, tokens, wrongTokens }
}

function toJson(rows: readonly Row[]): string {
  return `${JSON.stringify(rows, undefined, 2)}\n`
}

function toText({ rows }: Demonstration, { as, apps }: Surroundings): string {
  const paint = paintFor(process.stdout, process.env)
  return [
    renderAddresses([{ name: 'Authorization server', origin: as.issuer }, ...apps], paint),
    renderTable(rows, paint),
    paint('dim', tableNotes),
    renderMismatches(rows, paint) + renderSummary(rows, paint),
  ].join('\n')
}

function toInvitation({ tokens, wrongTokens }: Demonstration, { as, apps }: Surroundings): string {
  const sent = { goodToken: tokens.es256, badToken: wrongTokens.expired }
  return `\n${renderInvitation({ as, apps, audience: audiences.api, ...sent }, paintFor(process.stdout, process.env))}`
}
