import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StandardSchema } from '@sallyport/core'
import type { RouterContext, RouterMiddleware } from '@koa/router'
import type { Middleware as KoaMiddleware } from 'koa'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import type { AccessTokenClaims, Authentication, KoaContext, Middleware, Verifier } from './index.ts'
import { authorize, getAuth, protect, requireAnyScope, requireClaim, requireScopes } from './index.ts'

describe('types', () => {
  it('make a middleware of Koa of everything', () => {
    expectTypeOf<ReturnType<typeof protect>>().toExtend<KoaMiddleware>()
    expectTypeOf<ReturnType<typeof requireScopes>>().toExtend<KoaMiddleware>()
    expectTypeOf<ReturnType<typeof requireAnyScope>>().toExtend<KoaMiddleware>()
    expectTypeOf<ReturnType<typeof requireClaim>>().toExtend<KoaMiddleware>()
    expectTypeOf(authorize(() => true)).toExtend<KoaMiddleware>()
    expectTypeOf(authorize(async (_, ctx: RouterContext) => ctx.params['id'] === '1')).toExtend<RouterMiddleware>()
  })

  it('give getAuth the claims of the options, or of the verifier', () => {
    interface Claims {
      readonly tenant: string
    }
    type Read<T> = (ctx: KoaContext) => Authentication<T>
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
  for (const scope of ['@koa', '@sallyport', '@types'])
    mkdirSync(join(directory, 'node_modules', scope), { recursive: true })
  const links = {
    '@sallyport/koa': packageDirectory,
    '@koa/router': join(packageDirectory, 'node_modules/@koa/router'),
    '@types/koa': join(packageDirectory, 'node_modules/@types/koa'),
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
import Router, { type RouterContext } from '@koa/router'
import Koa from 'koa'
import { authorize, getAuth, getOptionalAuth, protect, requireScopes } from '@sallyport/koa'

const app = new Koa()
const router = new Router()
const guard = protect<{ readonly tenant: string }>({ issuer: 'https://as.test', audience: 'a' })
app.use(guard)
router.use(guard)
router.get('/users/:id', requireScopes('a'), (ctx) => {
  const subject: string | undefined = getAuth(ctx).subject
  const tenant: string = guard.getAuth(ctx).claims.tenant
  const optional: string | undefined = getOptionalAuth(ctx)?.clientId
  ctx.body = { subject, tenant, optional }
})
const isSelf = authorize((auth, ctx: RouterContext) => ctx.params['id'] === auth.subject)
router.get('/orders/:id', requireScopes('a'), isSelf, authorize((auth) => auth.scopes.length > 1), (ctx) => {
  ctx.body = ctx.params['id']
})
app.use(router.routes())
// @ts-expect-error: the claims are those of the options
app.use((ctx) => guard.getAuth(ctx).claims.other)

const typed = new Koa<{ user: number }, { database: string }>()
typed.use(guard)
typed.use((ctx) => {
  ctx.body = [ctx.state.user, ctx.database, getAuth(ctx).subject]
})
`

describe('types in a program', () => {
  it('reach the handler without a cast, and leave those of Koa as they are', async () => {
    const unaugmented = `
// Without more types, Koa's state is any.
app.use((ctx) => ctx.state.auth.anything)
// @ts-expect-error: an application's own state does not know it
typed.use((ctx) => ctx.state.auth)`
    expect(await typeErrors(usage + unaugmented)).toEqual([])
  }, 60_000)

  it('augment those of Koa only where that is asked for', async () => {
    const augmented = `
import '@sallyport/koa/augment'
app.use((ctx) => {
  const subject: string | undefined = ctx.state.auth.subject
  // @ts-expect-error: it is an Authentication
  ctx.state.auth.nothing
  ctx.body = subject
})`
    expect(await typeErrors(usage + augmented)).toEqual([])
  }, 60_000)
})
