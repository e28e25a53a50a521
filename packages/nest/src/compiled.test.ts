import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

// The other tests read the sources, through vitest; here Node.js and TypeScript read what is published, as users do.

const nestMajor = process.env['NEST_MAJOR']
const repository = fileURLToPath(new URL('../../..', import.meta.url))
const nestFrom = nestMajor === '11' ? 'test/nest11' : 'packages/nest'

const application = `
import 'reflect-metadata'
import '@sallyport/nest/augment'
import { Controller, Get, Module, Req } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { AccessTokenGuard, Auth, type Authentication, Authorize, getAuth, Public, RequireScopes, SallyportModule } from '@sallyport/nest'
import { createTestIssuer } from '@sallyport/testing'
import manifest from '@nestjs/core/package.json' with { type: 'json' }

const as = await createTestIssuer()

@Controller('reports')
class Reports {
  @Get() @RequireScopes('reports:read') list(@Auth() auth: Authentication) {
    return auth.subject
  }
  @Get('typed') @Authorize<{ tenant: string }>(({ claims }) => claims.tenant.length > 0)
  typed(@Auth() { claims }: Authentication<{ tenant: string }>, @Req() request: Express.Request & { rawHeaders: string[] }) {
    const { subject } = getAuth<{ tenant: string }>(request)
    return claims.tenant.toUpperCase() + subject?.toUpperCase() + request.auth.subject?.toUpperCase()
  }
  @Get('health') @Public() health() {
    return 'ok'
  }
}

@Module({
  imports: [SallyportModule.forRootAsync({ useFactory: async () => as.verifierOptions })],
  controllers: [Reports],
  providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false })
await app.listen(0, '127.0.0.1')
const url = await app.getUrl()
const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, { headers })
  return [response.status, response.headers.get('www-authenticate') ?? await response.text()]
}
const jane = await as.authorization({ subject: 'jane', scope: 'reports:read', claims: { tenant: 'acme' } })
const answers = [await get('/reports'), await get('/reports', jane), await get('/reports/typed', jane), await get('/reports/health')]
console.log(JSON.stringify([manifest.version.split('.')[0], ...answers]))
await app.close()
`

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  types: ['node'],
  resolveJsonModule: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  // The packages' own types are checked against those of this Nest.
  skipLibCheck: false,
}

/** Makes a project that has this Nest and no other, and the packages as they are built. */
function makeProject(): string {
  const project = mkdtempSync(join(realpathSync(tmpdir()), 'sallyport-'))
  onTestFinished(() => rmSync(project, { recursive: true, force: true }))
  const modules = join(project, 'node_modules')
  const link = (from: string, ...names: readonly string[]) => {
    for (const name of names) {
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(realpathSync(join(repository, from, 'node_modules', name)), join(modules, name))
    }
  }
  const nest = ['common', 'core', 'platform-express'].map((name) => `@nestjs/${name}`)
  link(nestFrom, ...nest, 'reflect-metadata', 'rxjs')
  link('packages/nest', '@sallyport/core', '@sallyport/testing')
  link('', '@types/node')
  // A copy: as a link it would find its own Nest.
  for (const name of ['package.json', 'dist']) {
    cpSync(join(repository, 'packages/nest', name), join(modules, '@sallyport/nest', name), { recursive: true })
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(project, 'application.ts'), application)
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['application.ts'] }))
  return project
}

/** What a program prints; without what only the test runner has in its environment. */
function run(cwd: string, ...parameters: readonly string[]): Promise<string> {
  const { NODE_PATH: _, NODE_OPTIONS: __, NODE_ENV: ___, ...env } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      parameters,
      { cwd, env, timeout: 60_000, killSignal: 'SIGKILL' },
      (error, out, faults) => {
        resolve(error === null ? out.trim() : `${error.message}\n${out}\n${faults}`)
      },
    )
  })
}

it(`compiles against Nest ${nestMajor}, and runs in Node.js by itself`, { timeout: 120_000 }, async () => {
  const project = makeProject()
  expect(await run(project, join(repository, 'node_modules/typescript/bin/tsc'), '-p', project)).toBe('')
  expect(JSON.parse(await run(project, 'application.js'))).toEqual([
    nestMajor,
    [401, 'Bearer'],
    [200, 'jane'],
    [200, 'ACMEJANEJANE'],
    [200, 'ok'],
  ])
})
