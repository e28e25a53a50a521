import { parseArgs } from 'node:util'
import { corpusDirectory, readCorpus, writeCorpus } from './corpus.ts'
import { describeMinimal } from './describe.ts'
import { runHttp } from './http/run.ts'
import { Tally } from './tally.ts'
import { runWorkers } from './workers.ts'

const usage = `npm run fuzz -- [options]

  --minutes N   how long (default 1)
  --tokens N    how many tokens at most, instead of how long
  --seed S      repeats a run (default: another one each time)
  --workers K   processes (default 1)
  --http        requests over sockets to Express, Koa and Nest, instead of tokens
  --json        the result as JSON, and no progress line

Tokens whose outcome was not seen before are kept in test/fuzz/corpus. Ends with 1 when anything disagrees.`

interface Settings {
  readonly minutes: number
  readonly tokens: number | undefined
  readonly seed: number
  readonly workers: number
  readonly isJson: boolean
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      tokens: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string' },
      http: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    console.log(usage)
    return
  }
  const tokens = readNumber('tokens', values.tokens)
  const settings: Settings = {
    minutes: readNumber('minutes', values.minutes) ?? (tokens === undefined ? 1 : Infinity),
    tokens,
    seed: readNumber('seed', values.seed) ?? Date.now() % 2 ** 31,
    workers: readNumber('workers', values.workers) ?? 1,
    isJson: values.json === true,
  }
  const isAgreed = values.http === true ? await runHttp(settings) : await fuzzTokens(settings)
  process.exitCode = isAgreed ? 0 : 1
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`--${name} takes a number over 0`)
}

async function fuzzTokens({ minutes, tokens, seed, workers, isJson }: Settings): Promise<boolean> {
  const tally = new Tally()
  const share = tokens === undefined ? undefined : Math.ceil(tokens / workers)
  const tasks = Array.from({ length: workers }, (_, index) => ({ seed, index, tokens: share }))
  if (!isJson) console.log(`seed ${seed}`)
  let lineDue = 0
  await runWorkers(tasks, minutes, (report) => {
    tally.add(report)
    if (isJson) return
    for (const minimal of report.found) console.log(describeMinimal(minimal, seed))
    if (tally.seconds < lineDue) return
    // On a terminal the line stays in its place; in a log it comes now and then.
    lineDue = tally.seconds + (process.stdout.isTTY ? 0.5 : 15)
    process.stdout.write(
      process.stdout.isTTY ? `\r\x1b[2K${tally.toLine().slice(0, process.stdout.columns - 1)}` : `${tally.toLine()}\n`,
    )
  })
  const directory = corpusDirectory()
  if (tally.kept.size > 0) writeCorpus(directory, new Map([...readCorpus(directory), ...tally.kept]))
  if (isJson) console.log(JSON.stringify(toJson(tally, seed)))
  else
    console.log(
      `${process.stdout.isTTY ? '\n' : ''}${tally.toLine()}\nexplained by the table: ${JSON.stringify(tally.strictness)}`,
    )
  return tally.disagreements === 0
}

function toJson(tally: Tally, seed: number) {
  const { tokens, seconds, disagreements, verdicts, strictness, found } = tally
  return { seed, tokens, seconds, disagreements, verdicts, strictness, found }
}

await main()
