import { parseArguments, UsageError, usage } from './arguments.ts'

try {
  const parsed = parseArguments(process.argv.slice(2))
  if (parsed === 'help') {
    console.log(usage)
  } else {
    const { runBench } = await import('./bench.ts')
    if (!(await runBench(parsed))) process.exitCode = 1
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}
