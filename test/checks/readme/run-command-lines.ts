import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type AccessTokenError, createVerifier, toChallenge } from '@sallyport/core'
import type { RunningTestIssuer } from '@sallyport/testing'
import { type CommandLines, comparable } from './command-lines.ts'
import { runProgram } from '../run-program.ts'

/**
 * Runs the command lines of a README one after another in one directory, with the programs that are installed in a
 * project; returns what was not as the README says. `https://as.example` is the issuer, `https://api.example/…` an API
 * that trusts it and sets a careless cookie; `token.txt` and `expired.txt` have a token each.
 */
export async function runCommandLines(
  project: string,
  commandLines: readonly CommandLines[],
  as: RunningTestIssuer,
): Promise<string[]> {
  const directory = join(project, 'command-lines')
  mkdirSync(directory, { mode: 0o700 })
  const token = { subject: 'alice', clientId: 'web', scope: 'reports:read' }
  writeFileSync(join(directory, 'token.txt'), await as.mint({ ...token, claims: { email: 'alice@example.com' } }))
  writeFileSync(join(directory, 'expired.txt'), await as.mint({ ...token, wrong: 'expired' }))
  const api = await startApi(as)
  const apiOrigin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  const findings: string[] = []
  try {
    for (const { line, text, output: expected } of commandLines) {
      const real = text
        .replaceAll('https://as.example', as.issuer)
        .replaceAll(/https:\/\/api\.example(?=\/)/g, apiOrigin)
      const script = `PATH="$PWD/../node_modules/.bin:$PATH"\n{\n${real}\n} 2>&1`
      const { exitCode, output } = await runProgram('sh', ['-c', script], { cwd: directory })
      const shown = output.replaceAll(as.issuer, 'https://as.example').replaceAll(apiOrigin, 'https://api.example')
      if (exitCode !== 0 && exitCode !== 1) findings.push(`line ${line} ends with ${exitCode}: ${shown}`)
      if (expected !== undefined && comparable(shown) !== comparable(expected)) {
        findings.push(`line ${line} prints:\n${shown}`)
      }
    }
  } finally {
    api.closeAllConnections()
    api.close()
  }
  return findings
}

async function startApi(as: RunningTestIssuer): Promise<Server> {
  const verifier = createVerifier(as.verifierOptions)
  const server = createServer((request, response) => {
    verifier.authenticate(request).then(
      ({ subject }) => response.end(subject),
      (error: AccessTokenError) => {
        const { status, headers, body } = toChallenge(error)
        const fields = { 'content-type': 'application/json', 'set-cookie': 'session=1; HttpOnly' }
        response.writeHead(status, { ...headers, ...fields }).end(JSON.stringify(body))
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
