import type { SectionName } from '../arguments.ts'
import type { Effort } from '../effort.ts'
import type { Progress } from '../progress.ts'
import type { CaseResult, ContenderResult } from '../results.ts'
import { atBest, processorShareOf, summarize, summarizeRatios } from '../statistics.ts'
import type { TokenSource } from '../tokens/token-source.ts'
import { packageVersions } from '../versions.ts'
import { ContenderProcess, type Preparation } from '../worker/contender-process.ts'
import { type EntrantName, entryOf } from '../worker/entrants.ts'
import type { RoundResult } from '../worker/protocol.ts'

/** What a section needs to run. */
export interface Run {
  readonly effort: Effort
  readonly progress: Progress
}

/** One case: the same tokens for several contenders. */
export interface CasePlan {
  readonly section: SectionName
  readonly name: string
  readonly description: string
  readonly source: TokenSource
  /** How many tokens there are. */
  readonly tokens: number
  readonly contenders: readonly Turn[]
  /** Of the contenders; its figures are 1. */
  readonly reference: EntrantName
}

/** A contender, and how it gets its tokens. */
export interface Turn {
  readonly contender: EntrantName
  readonly inFlight: number
}

/** Runs a case: checks every contender, then lets them take turns. */
export async function measureCase(plan: CasePlan, { effort, progress }: Run): Promise<CaseResult> {
  const label = `${plan.section} ${plan.name}`
  progress.show(label, `making ${plan.tokens} tokens`)
  const good = await plan.source.mint(plan.tokens)
  const wrong = await plan.source.mintWrong()
  const entrants = plan.contenders.map((turn) => ({ turn, process: new ContenderProcess(turn.contender) }))
  try {
    progress.show(label, `checking ${entrants.length} contenders`)
    const prepared: Entrant[] = []
    for (const entrant of entrants) {
      const preparation = await entrant.process.prepare(plan.source.situation, good, wrong)
      prepared.push({ ...entrant, preparation, rounds: [] })
    }
    const fit = prepared.filter(({ preparation }) => preparation.supported && preparation.faults.length === 0)
    for (const { turn, process } of fit) await process.round(turn.inFlight, effort.warmUpMs)
    for (let round = 0; round < effort.rounds; round++) {
      progress.show(label, `round ${round + 1} of ${effort.rounds}`)
      // Each round begins with another, so that nobody always comes after the same neighbour's garbage.
      for (let place = 0; place < fit.length; place++) {
        const { turn, process, rounds } = fit[(place + round) % fit.length] as Entrant
        rounds.push(await process.round(turn.inFlight, effort.roundMs))
      }
    }
    return resultOf(plan, prepared)
  } finally {
    for (const { process } of entrants) process.close()
  }
}

interface Entrant {
  readonly turn: Turn
  readonly process: ContenderProcess
  readonly preparation: Preparation
  readonly rounds: RoundResult[]
}

function resultOf(plan: CasePlan, entrants: readonly Entrant[]): CaseResult {
  const { section, name, description, reference } = plan
  const rounds = entrants.find(({ turn }) => turn.contender === reference)?.rounds ?? []
  if (rounds.length === 0) throw new Error(`${reference}, which all are compared with, failed its own check`)
  return {
    section,
    name,
    description,
    reference,
    unit: 'µs/token',
    processorShare: processorShareOf(rounds),
    contenders: contendersOf(entrants, rounds),
  }
}

function contendersOf(
  entrants: readonly Entrant[],
  referenceRounds: readonly RoundResult[],
): readonly ContenderResult[] {
  const references = referenceRounds.map(wall)
  const best = (figure: (round: RoundResult) => number, rounds: readonly RoundResult[]) =>
    atBest(rounds.map(figure), 'less')
  return entrants.map(({ turn: { contender, inFlight }, preparation: { supported, faults }, rounds }) => {
    const identity = {
      name: contender,
      role: entryOf(contender).role,
      version: packageVersions(entryOf(contender).packages),
    }
    if (!supported) return { ...identity, status: 'unsupported' }
    if (faults.length > 0) return { ...identity, status: 'failed', faults: [...new Set(faults)] }
    const values = rounds.map(wall)
    return {
      ...identity,
      status: 'measured',
      value: summarize(values),
      ratio: summarizeRatios(values, references),
      busyRatio: inFlight > 1 ? summarizeRatios(rounds.map(busy), references) : undefined,
      atBest: {
        value: best(cpu, rounds),
        ratio: best(cpu, rounds) / best(cpu, referenceRounds),
        timeRatio: best(wall, rounds) / best(wall, referenceRounds),
      },
    }
  })
}

/** All in microseconds per token. */
const wall = ({ wallMs, tokens }: RoundResult) => (wallMs * 1000) / tokens
const cpu = ({ cpuMs, tokens }: RoundResult) => (cpuMs * 1000) / tokens
const busy = ({ busyMs, tokens }: RoundResult) => (busyMs * 1000) / tokens
