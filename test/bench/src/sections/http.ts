import { AppProcess, LoadProcess } from '../http/app-process.ts'
import { type ApiSettings, appNames, apps } from '../http/apps.ts'
import { findAppFaults } from '../http/check-app.ts'
import { serveJwks } from '../http/jwks-server.ts'
import type { LoadResult } from '../http/protocol.ts'
import type { CaseResult, ContenderResult } from '../results.ts'
import type { TokenSet, WrongToken } from '../situation.ts'
import { atBest, processorShareOf, summarize, summarizeRatios } from '../statistics.ts'
import { makeTokenSource } from '../tokens/token-source.ts'
import { packageVersions } from '../versions.ts'
import type { Run } from './measure.ts'

const connections = 32
const checkedTokens = 20

/** As many clients as are busy at once. */
const repeatedTokens = 100
/** More than Sallyport's cache has entries by default: they come in turn, so each is forgotten before it comes again. */
const distinctTokens = 12_000

const modes = [
  { name: 'repeated', description: `${repeatedTokens} tokens that come again`, count: repeatedTokens, waiting: 'busy' },
  { name: 'distinct', description: 'every token seen once', count: distinctTokens, waiting: 'asleep' },
] as const

interface Server {
  readonly process: AppProcess
  readonly faults: readonly string[]
}

/** One turn of one server. */
interface Turn extends LoadResult {
  readonly cpuMs: number
}

/** Whole requests: each framework bare, and protected by each middleware. */
export async function measureHttp(run: Run): Promise<readonly CaseResult[]> {
  const { effort, progress } = run
  const source = makeTokenSource({ alg: 'RS256' })
  progress.show('http', `making ${distinctTokens} tokens`)
  const good = await source.mint(distinctTokens)
  const wrong = await source.mintWrong()
  const sample = { tokens: good.tokens.slice(0, checkedTokens), subjects: good.subjects.slice(0, checkedTokens) }
  const jwks = await serveJwks(source.situation)
  const load = new LoadProcess()
  const processes = appNames.map((name) => new AppProcess(name))
  try {
    const servers: Server[] = []
    for (const process of processes) {
      progress.show('http', `checking ${process.name}`)
      servers.push({ process, faults: await startApp(process, jwks.settings, sample, wrong) })
    }
    // With those that come again, so that no distinct token is known before its turn.
    await load.useTokens(good.tokens.slice(0, repeatedTokens))
    for (const { process } of servers.filter(({ faults }) => faults.length === 0)) {
      progress.show('http', `warming ${process.name}`)
      await load.load({ url: process.url, connections, milliseconds: effort.httpWarmUpMs, waiting: 'busy' })
    }
    const results: CaseResult[] = []
    for (const mode of modes) results.push(...(await measureMode(mode, servers, load, good, run)))
    return results
  } finally {
    for (const process of processes) process.close()
    load.close()
    jwks.close()
  }
}

/** @returns what the app does wrong; empty when it may be timed */
async function startApp(
  process: AppProcess,
  settings: ApiSettings,
  good: TokenSet,
  wrong: readonly WrongToken[],
): Promise<readonly string[]> {
  try {
    await process.listen(settings)
    return await findAppFaults(process.url, apps[process.name].role === 'bare' ? 'bare' : 'protected', good, wrong)
  } catch (error) {
    return [`cannot be set up (${error instanceof Error ? error.message : String(error)})`]
  }
}

async function measureMode(
  { name, description, count, waiting }: (typeof modes)[number],
  servers: readonly Server[],
  client: LoadProcess,
  { tokens }: TokenSet,
  { effort: { httpRounds, httpRoundMs }, progress }: Run,
): Promise<readonly CaseResult[]> {
  await client.useTokens(tokens.slice(0, count))
  const fit = servers.filter(({ faults }) => faults.length === 0)
  const rounds = new Map(fit.map((server) => [server, [] as Turn[]]))
  for (let round = 0; round < httpRounds; round++) {
    progress.show(`http ${name}`, `round ${round + 1} of ${httpRounds}`)
    for (let place = 0; place < fit.length; place++) {
      const server = fit[(place + round) % fit.length] as Server
      const before = await server.process.cpuMs()
      const result = await client.load({ url: server.process.url, connections, milliseconds: httpRoundMs, waiting })
      rounds.get(server)?.push({ ...result, cpuMs: (await server.process.cpuMs()) - before })
    }
  }
  return (['Express', 'Koa', 'Nest'] as const).map((framework) => {
    const own = servers.filter(({ process }) => apps[process.name].framework === framework)
    const bare = own.find(({ process }) => apps[process.name].role === 'bare')
    const references = (bare && rounds.get(bare)) ?? []
    if (references.length === 0) throw new Error(`${framework}, which all are compared with, failed its own check`)
    return {
      section: 'http',
      name: `${framework} ${name}`,
      description: `${framework}, RS256, ${description}, ${connections} connections`,
      unit: 'requests/s',
      reference: bare?.process.name ?? framework,
      processorShare: processorShareOf(references),
      contenders: own.map((server) => resultOf(server, rounds.get(server) ?? [], references)),
    }
  })
}

function resultOf(
  { process: { name }, faults }: Server,
  rounds: readonly Turn[],
  references: readonly Turn[],
): ContenderResult {
  const { role, packages } = apps[name]
  const identity = { name, role: role === 'bare' ? ('bound' as const) : role, version: packageVersions(packages) }
  const refused = rounds.reduce((sum, round) => sum + round.refused, 0)
  if (faults.length > 0) return { ...identity, status: 'failed', faults: [...new Set(faults)] }
  if (refused > 0) return { ...identity, status: 'failed', faults: [`refused ${refused} good tokens under load`] }
  const values = rounds.map(perSecond)
  const best = (figure: (turn: Turn) => number, turns: readonly Turn[]) => atBest(turns.map(figure), 'more')
  return {
    ...identity,
    status: 'measured',
    value: summarize(values),
    ratio: summarizeRatios(values, references.map(perSecond)),
    atBest: {
      value: best(perProcessorSecond, rounds),
      ratio: best(perProcessorSecond, rounds) / best(perProcessorSecond, references),
      timeRatio: best(perSecond, rounds) / best(perSecond, references),
    },
  }
}

const perSecond = ({ requests, wallMs }: Turn) => (requests * 1000) / wallMs
const perProcessorSecond = ({ requests, cpuMs }: Turn) => (requests * 1000) / cpuMs
