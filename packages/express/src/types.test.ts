import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { IncomingMessage } from 'node:http'
import type { StandardSchema } from '@sallyport/core'
import type { Request, RequestHandler } from 'express'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import type { AccessTokenClaims, Authentication, Middleware, Verifier } from './index.ts'
import { authorize, getAuth, protect, requireAnyScope, requireClaim, requireScopes } from './index.ts'

describe('types', () => {
  it('make a RequestHandler of everything', () => {
    expectTypeOf<ReturnType<typeof protect>>().toExtend<RequestHandler>()
    expectTypeOf<ReturnType<typeof requireScopes>>().toExtend<RequestHandler>()
    expectTypeOf<ReturnType<typeof requireAnyScope>>().toExtend<RequestHandler>()
    expectTypeOf<ReturnType<typeof requireClaim>>().toExtend<RequestHandler>()
    expectTypeOf(authorize(() => true)).toExtend<RequestHandler>()
    expectTypeOf(authorize(async (_, req: Request) => req.params['id'] === '1')).toExtend<RequestHandler>()
  })

  it('give getAuth the claims of the options, or of the verifier', () => {
    interface Claims {
      readonly tenant: string
    }
    type Read<T> = (request: IncomingMessage) => Authentication<T>
    const make = () => ({
      plain: protect({ issuer: 'https://as.test', audience: 'a' }),
      named: protect<Claims>({ issuer: 'https://as.test', audience: 'a' }),
      ofVerifier: protect(null as unknown as Verifier<Claims>),
      ofSchema: protect({
        issuer: 'https://as.test',
        audience: 'a',
        claims: null as unknown as StandardSchema<Claims>,
      }),
    })
    type Made = ReturnType<typeof make>
    expectTypeOf<Made['plain']['getAuth']>().toEqualTypeOf<Read<AccessTokenClaims>>()
    expectTypeOf<Made['named']['getAuth']>().toEqualTypeOf<Read<Claims>>()
    expectTypeOf<Made['ofSchema']['getAuth']>().toEqualTypeOf<Read<Claims>>()
    expectTypeOf<Made['ofVerifier']['getAuth']>().toEqualTypeOf<Read<Claims>>()
    expectTypeOf<ReturnType<typeof getAuth<Claims>>>().toEqualTypeOf<Authentication<Claims>>()
    expectTypeOf(authorize<Claims>(({ claims }) => claims.tenant === 'acme')).toEqualTypeOf<Middleware>()
  })
})

const source = dirname(fileURLToPath(import.meta.url))
const packageDirectory = dirname(source)
const repository = dirname(dirname(packageDirectory))

/** What TypeScript finds wrong with a program outside of this package. */
async function typeErrors(program: string): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-types-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const scope of ['@sallyport', '@types']) mkdirSync(join(directory, 'node_modules', scope), { recursive: true })
  const links = {
    '@sallyport/express': packageDirectory,
    '@types/express': join(packageDirectory, 'node_modules/@types/express'),
    '@types/node': join(repository, 'node_modules/@types/node'),
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(directory, 'node_modules', name), 'dir')
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    customConditions: ['@sallyport/source'],
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  writeFileSync(join(directory, 'program.ts'), program)
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [tsc, '-p', directory], (_, stdout, stderr) => {
      if (stderr === '') resolve(stdout)
      else reject(new Error(stderr))
    })
  })
  return output.split('\n').filter((line) => line.startsWith('program.ts'))
}

const usage = `
import express, { type Request } from 'express'
import { authorize, getAuth, getOptionalAuth, protect, requireScopes } from '@sallyport/express'

const app = express()
const guard = protect<{ readonly tenant: string }>({ issuer: 'https://as.test', audience: 'a' })
app.use(guard)
app.get('/users/:id', requireScopes('a'), (req, res) => {
  const id: string = req.params.id
  const subject: string | undefined = getAuth(req).subject
  const tenant: string = guard.getAuth(req).claims.tenant
  const optional: string | undefined = getOptionalAuth(req)?.clientId
  res.json({ id, subject, tenant, optional })
})
app.get('/orders/:id', authorize((auth, req: Request<{ id: string }>) => req.params.id === auth.subject), (req, res) => {
  res.json(req.params.id)
})
// @ts-expect-error: the claims are those of the options
app.get('/', (req) => guard.getAuth(req).claims.other)
`

describe('types in a program', () => {
  it('reach the handler without a cast, and leave those of Express as they are', async () => {
    const unaugmented = `
// @ts-expect-error: Express does not know it
app.get('/', (req) => req.auth)`
    expect(await typeErrors(usage + unaugmented)).toEqual([])
  }, 60_000)

  it('augment those of Express only where that is asked for', async () => {
    const augmented = `
import '@sallyport/express/augment'
app.get('/', (req, res) => {
  const subject: string | undefined = req.auth.subject
  // @ts-expect-error: it is an Authentication
  req.auth.nothing
  res.json(subject)
})`
    expect(await typeErrors(usage + augmented)).toEqual([])
  }, 60_000)
})
