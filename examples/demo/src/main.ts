import { readCommand, usage } from './command.ts'

const command = readCommand(process.argv.slice(2))

if (command.kind === 'run') {
  // What the runtime and other packages warn of is not part of the demonstration.
  process.removeAllListeners('warning')
  const { runDemo } = await import('./demo.ts')
  process.exitCode = await runDemo(command)
} else if (command.kind === 'help') {
  process.stdout.write(usage)
} else {
  process.stderr.write(`${command.reason}\n\n${usage}`)
  process.exitCode = 2
}
