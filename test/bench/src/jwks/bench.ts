import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import type { Progress } from '../progress.ts'
import { packageVersions } from '../versions.ts'
import type { JwksBenchArguments } from './arguments.ts'
import { Issuer } from './authority/issuer.ts'
import { type ContenderName, contenderNames, contenderOf } from './contenders/index.ts'
import { measureCostOfLookUp, measureFloodMemory } from './costs/index.ts'
import { perform } from './performance.ts'
import type { ContenderReport, JwksBenchReport } from './results.ts'
import type { ScenarioName, ScenarioResults } from './scenarios/index.ts'
import { judge, judgeCosts } from './targets.ts'

/** So that no two processes start, or are flooded, at the same moment. */
const staggerMs = 400
/** Scenarios that are played side by side: most of their time is waiting. The herd has the machine for itself. */
const waves: readonly (readonly ScenarioName[])[] = [['burst', 'flood', 'outage'], ['rotation']]

type Results = Map<ContenderName, Partial<ScenarioResults>>
type Faults = Map<ContenderName, Partial<Record<ScenarioName, string>>>

/** Plays what is asked for, and judges it. */
export async function runJwksBench({ parts }: JwksBenchArguments, progress: Progress): Promise<JwksBenchReport> {
  const start = Date.now()
  const run = new Run(progress)
  if (parts.includes('herd')) await run.playInTurn('herd')
  const lookUp = parts.includes('costs') ? await run.show('look-ups', measureCostOfLookUp) : undefined
  const memory = parts.includes('costs') ? await run.show('memory', measureFloodMemory) : undefined
  for (const wave of waves) await run.playTogether(wave.filter((scenario) => parts.includes(scenario)))
  const contenders = run.report()
  const [processor] = cpus()
  return {
    machine: { node: process.versions.node, cpu: processor?.model ?? 'unknown', cores: cpus().length },
    startedAt: new Date(start).toISOString(),
    durationSeconds: (Date.now() - start) / 1000,
    contenders,
    targets: judge(contenders),
    lookUp,
    memory,
    costs: judgeCosts(lookUp, memory),
  }
}

/** One run of the benchmark, and what it has found so far. */
class Run {
  #progress: Progress
  #issuer = new Issuer()
  #results: Results = new Map()
  #faults: Faults = new Map()

  constructor(progress: Progress) {
    this.#progress = progress
  }

  async show<Result>(what: string, measure: () => Promise<Result>): Promise<Result> {
    this.#progress.show(what, 'is measured')
    return measure()
  }

  async playInTurn(scenario: ScenarioName): Promise<void> {
    for (const contender of contenderNames) {
      this.#progress.show(scenario, contenderOf(contender).title)
      await this.#play(scenario, contender)
    }
  }

  async playTogether(scenarios: readonly ScenarioName[]): Promise<void> {
    const begin = Date.now()
    const all = scenarios.flatMap((scenario) => contenderNames.map((contender) => ({ scenario, contender })))
    if (all.length === 0) return
    let done = 0
    const tell = () => {
      const seconds = Math.round((Date.now() - begin) / 1000)
      this.#progress.show(scenarios.join(', '), `${done} of ${all.length} done, ${seconds} s`)
    }
    const ticker = setInterval(tell, 1_000)
    const running: Promise<void>[] = []
    for (const { scenario, contender } of all) {
      running.push(this.#play(scenario, contender).then(() => void done++))
      await setTimeout(staggerMs)
    }
    await Promise.all(running)
    clearInterval(ticker)
  }

  report(): ContenderReport[] {
    return contenderNames.map((name) => {
      const { title, role, setup, package: packageName } = contenderOf(name)
      const version = role === 'peer' ? packageVersions([packageName]) : undefined
      return {
        name,
        title,
        role,
        version,
        setup,
        results: this.#results.get(name) ?? {},
        faults: this.#faults.get(name) ?? {},
      }
    })
  }

  async #play(scenario: ScenarioName, contender: ContenderName): Promise<void> {
    try {
      const result = await perform(scenario, contender, this.#issuer)
      this.#results.set(contender, { ...this.#results.get(contender), [scenario]: result })
    } catch (error) {
      const fault = error instanceof Error ? error.message : 'failed'
      this.#faults.set(contender, { ...this.#faults.get(contender), [scenario]: fault })
    }
  }
}
