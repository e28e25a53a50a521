import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { link } from '../packed/packages.ts'
import { readmePrograms } from './programs.ts'
import { compilePrograms, freePorts, nameProgram, runCompiled } from './runner.ts'
import { repositoryRoot } from '../repository.ts'
import { makeTemporaryDirectory, removeDirectory } from '../temporary-directory.ts'

const markdown = `# Fixture
<!-- requests: GET /open 200, GET /closed 401, GET /closed with read 200 -->
\`\`\`ts
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  response.statusCode = request.url === '/open' || request.headers.authorization === 'Bearer token:read' ? 200 : 401
  response.end()
})
server.listen(3000)
\`\`\`
What is asked of the server is wrong:
<!-- requests: GET /open 401 -->
<!-- continues -->
\`\`\`ts
server.on('listening', () => console.log('up'))
\`\`\`
It ends, with the issuer's address:
\`\`\`ts
if ('https://as.example/path' !== 'http://127.0.0.1:' + 4 + '/path') throw new Error('no issuer')
\`\`\`
It fails:
\`\`\`cjs
require('node:assert').equal(1, 2)
\`\`\`
It is not run:
\`\`\`ts no-run
throw new Error('run')
\`\`\`
Its types are wrong:
\`\`\`ts
const n: number = 'text'
export { n }
\`\`\`
It neither ends nor says what it answers:
\`\`\`ts
import { createServer } from 'node:http'
const forever = createServer().listen(3000)
\`\`\`
It says what it answers and does not listen:
<!-- requests: GET / 200 -->
\`\`\`ts
console.log('bye')
\`\`\`
`
const issuer = { url: 'http://127.0.0.1:4', mint: (scope: string) => Promise.resolve(`token:${scope}`) }
const parsed = readmePrograms(markdown)
const ports = await freePorts(parsed.length)
const programs = parsed.map((program, index) => nameProgram('docs/README.md', program, ports[index]!))

describe('programs of a README, compiled and run', () => {
  let project: string
  let typeErrors: string
  const run = (marker: string, timeoutMs = 15_000) => {
    const program = programs.find(({ text }) => text.includes(marker))
    return runCompiled(project, program!, issuer, timeoutMs)
  }

  beforeAll(async () => {
    project = makeTemporaryDirectory({ 'package.json': JSON.stringify({ type: 'module' }) })
    link(project, repositoryRoot, ['@types/node'])
    typeErrors = await compilePrograms(project, programs, issuer)
  })
  afterAll(() => removeDirectory(project))

  it('have their type errors found, at the line of the README', () => {
    const line = markdown.split('\n').findIndex((text) => text.startsWith('const n:')) + 1
    expect(typeErrors.split('\n')).toEqual([
      expect.stringContaining(`programs/docs-README-${line - 1}.ts(${line},7): error TS2322`),
    ])
  })

  it('pass when they end without an error, with an issuer at hand', async () => {
    expect(await run('no issuer')).toEqual([])
  })

  it('pass when they answer what the README says, with a port and tokens of their own', async () => {
    expect(await run('createServer')).toEqual([])
  })

  it('are not run when fenced as no-run', () => {
    expect(programs.filter(({ isRun }) => !isRun).map(({ text }) => text.trim())).toEqual(["throw new Error('run')"])
  })

  it.each([
    ['they answer otherwise', 'listening', /GET \/open is answered 200, not 401\nup/],
    ['they throw', 'assert', /AssertionError/],
    ['they should answer and do not listen', 'bye', /does not listen on port 3000: bye/],
  ])('fail when %s', async (_, marker, finding) => {
    expect((await run(marker)).join('\n')).toMatch(finding)
  })

  it('fail when they do not end', async () => {
    expect((await run('forever', 500)).join('\n')).toMatch(/did not end within .* needs a comment/)
  })
})
