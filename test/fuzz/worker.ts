import { corpusDirectory, readCorpus, toKept } from './corpus.ts'
import type { Presentation } from './presentation.ts'
import type { Report, Task } from './messages.ts'
import { type Minimal, minimise } from './minimise.ts'
import { type Judged, Session } from './session.ts'

/** How many tokens back is looked for what a disagreement needs to have been remembered. */
const memory = 256
/** Each takes a while to make small, and the first few say it all. */
const maxFound = 8

let isStopped = false

async function run({ seed, index, tokens: wanted = Infinity }: Task): Promise<void> {
  const session = new Session(seed + index * 1_000_003)
  const { counts, clock } = session
  const known = readCorpus(corpusDirectory())
  const seen = new Set<string>()
  let before: Presentation[] = []
  clock.install()
  for (;;) {
    const judged = await session.runBatch()
    const found: Minimal[] = []
    for (const one of judged.filter(isNew)) found.push(await minimise(one, before, clock))
    before = [...before, ...judged.map(({ token, recipe }) => ({ token, now: recipe.now }))].slice(-memory)
    const kept = judged.flatMap((one) => toKept(one) ?? []).filter(({ outcome }) => !known.has(outcome))
    for (const one of kept) known.set(one.outcome, one)
    const isDone = isStopped || counts.tokens >= wanted
    const { tokens, answers, strictness, disagreements } = counts
    const verdicts = Object.fromEntries(answers)
    send({ index, tokens, verdicts, strictness: Object.fromEntries(strictness), disagreements, found, kept, isDone })
    if (isDone) break
    // Lets the message that stops it in.
    await new Promise(setImmediate)
  }
  process.disconnect()

  function isNew({ disagreements: [first], recipe }: Judged): boolean {
    if (first === undefined || seen.size >= maxFound) return false
    const key = [first.kind, first.policy, first.expected, first.actual, recipe.kind].join()
    const isFirst = !seen.has(key)
    seen.add(key)
    return isFirst
  }
}

function send(report: Report): void {
  process.send?.(report)
}

process.on('message', (message: Task | 'stop') => {
  if (message === 'stop') isStopped = true
  else
    void run(message).catch((error: unknown) => {
      console.error(error)
      process.exit(2)
    })
})
