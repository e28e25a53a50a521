#!/usr/bin/env node
import { exitCodes, unexpected } from './failure.ts'
import { run } from './run.ts'
import { guarded } from './terminal/index.ts'

const { stdin, stdout, stderr, env } = process

// Whoever reads the output may have seen enough (`| head`).
stdout.on('error', () => process.exit())

// Keys are fetched over sockets that keep no process running.
const hold = setInterval(() => {}, 2_147_483_647)
try {
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, now: Date.now })
} catch (error) {
  stderr.write(guarded(`${unexpected(error, env['SALLYPORT_DEBUG'] === '1')}\n`))
  process.exitCode = exitCodes.fault
} finally {
  clearInterval(hold)
}
