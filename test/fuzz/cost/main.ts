import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Clock, epoch } from '../clock.ts'
import { attacks } from './attacks.ts'
import { honestToken } from './honest.ts'
import { type AttackCosts, bestOf, factorOf, makeMeasuredVerifier, measureAttack } from './measure.ts'
import { plotCosts } from './plot.ts'

/** DOS-1 */
const mostMicroseconds = 5_000
/** Two measurements of the same differ by this much. */
const accuracy = 1.15
const honestBytes = 900

const usage = `npm run bench:hostile -- [options]

  --rounds N   measurements of which the best counts (default 200)
  --svg FILE   where the plot is written (default beside the compiled program)
  --json       the result as JSON`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '200' },
      svg: { type: 'string', default: fileURLToPath(new URL('cost-of-refusing.svg', import.meta.url)) },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    console.log(usage)
    return
  }
  const rounds = Number(values.rounds)
  const clock = new Clock(epoch)
  clock.install()
  const verifier = makeMeasuredVerifier()
  // So that everything is compiled before it is measured.
  for (const attack of attacks) await measureAttack(attack, verifier, 20)
  const all: AttackCosts[] = []
  for (const attack of attacks) all.push(await measureAttack(attack, verifier, rounds))
  const honest = await bestOf(rounds * 5, verifier, honestToken(honestBytes))
  clock.restore()

  const isFlagged = ({ attack, worst }: AttackCosts) =>
    // Dearer than an honest token alike, and than any: what works elsewhere costs the main thread next to nothing.
    Math.min(factorOf(attack, worst), worst.microseconds / honest / (attack.keysTried ?? 1)) > accuracy ||
    worst.microseconds > mostMicroseconds
  writeFileSync(values.svg, plotCosts(all, isFlagged))
  if (values.json === true) {
    const costs = all.map((one) => ({ attack: one.attack.name, costs: one.costs, isFlagged: isFlagged(one) }))
    console.log(JSON.stringify({ honestMicroseconds: honest, costs, svg: values.svg }))
    return
  }
  printTable(all, honest, isFlagged)
  console.log(`\nplot: ${values.svg}`)
}

function printTable(all: readonly AttackCosts[], honest: number, isFlagged: (costs: AttackCosts) => boolean): void {
  console.log(`accepting one honest ES256 token of ${honestBytes} bytes: ${honest.toFixed(0)} µs of the main thread`)
  console.log(
    '"alike": against an honest token of the same size and kind, for each key tried; "last x2": by the last doubling\n',
  )
  const widest = Math.max(...all.map(({ attack }) => attack.name.length))
  const line = (name: string, ...columns: readonly string[]) =>
    console.log([name.padEnd(widest), ...columns.map((column) => column.padStart(8))].join(' '))
  line('attack', 'bytes', 'µs', 'honest', 'alike', 'last x2')
  for (const one of all) {
    const { attack, worst, costs } = one
    const flag = isFlagged(one) ? (worst.microseconds > mostMicroseconds ? '  OVER 5 ms' : '  over 1x') : ''
    line(
      attack.name,
      String(worst.bytes),
      worst.microseconds.toFixed(1),
      `${(worst.microseconds / honest).toFixed(2)}x`,
      `${factorOf(attack, worst).toFixed(2)}x`,
      `${((costs.at(-1)?.microseconds ?? 0) / (costs.at(-2)?.microseconds ?? 1)).toFixed(1)}x${flag}`,
    )
  }
}

await main()
