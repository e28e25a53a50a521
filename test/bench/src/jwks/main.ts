import { createProgress } from '../progress.ts'
import { colours, noColours } from '../report/text.ts'
import { parseArguments, UsageError, usage } from './arguments.ts'
import { runJwksBench } from './bench.ts'
import { formatReport } from './report/table.ts'

try {
  const parsed = parseArguments(process.argv.slice(2))
  if (parsed === 'help') {
    console.log(usage)
  } else {
    const progress = createProgress(process.stderr, parsed.output)
    const report = await runJwksBench(parsed, progress)
    progress.clear()
    const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
    console.log(
      parsed.output === 'json'
        ? JSON.stringify(report, undefined, 2)
        : formatReport(report, isColoured ? colours : noColours),
    )
    // A target that is missed is a figure; a scenario that did not end is a failure.
    if (report.contenders.some(({ faults }) => Object.keys(faults).length > 0)) process.exitCode = 1
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}
