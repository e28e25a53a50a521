import { Controller, Get, Inject, Injectable, Module, type ModuleMetadata, UseGuards } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import type { StandardSchema } from '@sallyport/core'
import { createTestIssuer, startTestIssuer } from '@sallyport/testing'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import {
  type AccessTokenClaims,
  AccessTokenGuard,
  type Authentication,
  ConfigurationError,
  createVerifier,
  RequireScopes,
  SallyportModule,
  type SallyportModuleOptions,
  type SallyportOptionsFactory,
  VERIFIER,
  type Verifier,
  type VerifierEvent,
} from './index.ts'
import { platforms, serve } from './platforms.test.support.ts'

const as = await createTestIssuer()

@Controller('reports')
@UseGuards(AccessTokenGuard)
class Reports {
  @Get()
  list() {
    return 'reports'
  }
}

/** Of a type of its own: what the module takes must not depend on it. */
const claims: StandardSchema<{ readonly sub: string }> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { sub: string } }) },
}

/** A module that imports nothing, as features do. */
@Module({ controllers: [Reports] })
class ReportsModule {}

@Injectable()
class Settings {
  readonly sallyport: SallyportModuleOptions = as.verifierOptions
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class OptionsFactory implements SallyportOptionsFactory {
  constructor(@Inject(Settings) private readonly settings: Settings) {}

  createSallyportOptions() {
    return this.settings.sallyport
  }
}

@Module({ imports: [SettingsModule], providers: [OptionsFactory], exports: [OptionsFactory] })
class OptionsModule {}

const protectedBy = (module: NonNullable<ModuleMetadata['imports']>[number]): ModuleMetadata => ({
  imports: [module, ReportsModule],
})

describe.each(platforms)('SallyportModule on $name', (platform) => {
  it.each([
    ['options', () => SallyportModule.forRoot(as.verifierOptions)],
    ['options with a type of claims', () => SallyportModule.forRoot({ ...as.verifierOptions, claims })],
    ['a verifier', () => SallyportModule.forRoot(createVerifier(as.verifierOptions))],
    [
      'a verifier with a type of claims',
      () => SallyportModule.forRoot(createVerifier({ ...as.verifierOptions, claims })),
    ],
    ['a verifier with options', () => SallyportModule.forRoot({ verifier: createVerifier(as.verifierOptions) })],
    [
      'a factory with what is injected',
      () =>
        SallyportModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: (settings: Settings) => settings.sallyport,
        }),
    ],
    ['an async factory', () => SallyportModule.forRootAsync({ useFactory: async () => as.verifierOptions })],
    [
      'a factory that makes a verifier',
      () => SallyportModule.forRootAsync({ useFactory: () => createVerifier(as.verifierOptions) }),
    ],
    ['a class', () => SallyportModule.forRootAsync({ imports: [SettingsModule], useClass: OptionsFactory })],
    [
      'an existing provider',
      () => SallyportModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFactory }),
    ],
  ])('takes %s', async (_, makeModule) => {
    const agent = await serve(platform, protectedBy(makeModule()))
    expect((await agent.get('/reports')).status).toBe(401)
    expect((await agent.get('/reports').set(await as.authorization({ wrong: 'wrong_audience' }))).status).toBe(401)
    expect(await agent.get('/reports').set(await as.authorization())).toMatchObject({ status: 200, text: 'reports' })
  })

  it.each([
    ['options', () => SallyportModule.forRoot({ ...as.verifierOptions, optional: true })],
    ['a verifier', () => SallyportModule.forRoot({ verifier: createVerifier(as.verifierOptions), optional: true })],
    [
      'a factory',
      () => SallyportModule.forRootAsync({ useFactory: () => ({ ...as.verifierOptions, optional: true }) }),
    ],
  ])('CRED-7: takes `optional` with %s: no credential passes, a bad one does not', async (_, makeModule) => {
    const agent = await serve(platform, protectedBy(makeModule()))
    expect((await agent.get('/reports')).status).toBe(200)
    expect((await agent.get('/reports').set(await as.authorization({ wrong: 'tampered' }))).status).toBe(401)
    expect((await agent.get('/reports').set(await as.authorization())).status).toBe(200)
  })

  it('lets tests replace the verifier, whatever the options are', async () => {
    const running = await startTestIssuer()
    onTestFinished(() => running.close())
    const agent = await serve(platform, protectedBy(SallyportModule.forRoot(running.verifierOptions)), {
      override: (builder) => builder.overrideProvider(VERIFIER).useValue(createVerifier(as.verifierOptions)),
    })
    expect((await agent.get('/reports').set(await as.authorization())).status).toBe(200)
    expect((await agent.get('/reports').set(await running.authorization())).status).toBe(401)
    expect(running.requests()).toEqual([])
  })

  it('shares one fetcher of keys among verifiers of the same issuer', async () => {
    const running = await startTestIssuer()
    onTestFinished(() => running.close())
    for (const _ of [1, 2]) {
      const agent = await serve(platform, protectedBy(SallyportModule.forRoot(running.verifierOptions)))
      expect((await agent.get('/reports').set(await running.authorization())).status).toBe(200)
    }
    const fetched = running.requests().map(({ path }) => path)
    expect(fetched).toEqual([...new Set(fetched)])
  })
})

describe('SallyportModule', () => {
  it('comes with the types of what its verifier finds and tells', () => {
    expectTypeOf<AccessTokenClaims>().toEqualTypeOf<Authentication['claims']>()
    expectTypeOf<VerifierEvent>().toEqualTypeOf<Parameters<Parameters<Verifier['subscribe']>[0]>[0]>()
  })

  const start = (module: NonNullable<ModuleMetadata['imports']>[number]) =>
    Test.createTestingModule(protectedBy(module)).compile()

  it('gives every module the verifier', async () => {
    @Injectable()
    class Jobs {
      constructor(@Inject(VERIFIER) readonly verifier: Verifier) {}
    }

    @Module({ providers: [Jobs] })
    class JobsModule {}

    const verifier = createVerifier(as.verifierOptions)
    const imports = [SallyportModule.forRoot(verifier), JobsModule]
    const module = await Test.createTestingModule({ imports }).compile()
    expect(module.get(Jobs, { strict: false }).verifier).toBe(verifier)
    expect((await module.get(Jobs, { strict: false }).verifier.verify(await as.mint())).subject).toBe('test-user')
  })

  it.each<[string, unknown, string]>([
    ['an option that is missing', { issuer: 'https://as.example' }, 'audience'],
    ['an option that is misspelt', { ...as.verifierOptions, audiences: 'a' }, 'audiences'],
    ['an `optional` that is no boolean', { ...as.verifierOptions, optional: 'yes' }, 'optional'],
    ['an option beside a verifier', { verifier: createVerifier(as.verifierOptions), realm: 'a' }, 'realm'],
    [
      'an `optional` beside a verifier that is no boolean',
      { verifier: createVerifier(as.verifierOptions), optional: 1 },
      'optional',
    ],
    ['something like a verifier', { authenticate: () => Promise.resolve({}) }, 'verifier'],
    ['nothing, as of a factory that found no configuration', undefined, 'options'],
    ['null', null, 'options'],
  ])('refuses %s when the application starts', async (_, options, option) => {
    const refusal = { constructor: ConfigurationError, option }
    const given = options as SallyportModuleOptions
    await expect(start(SallyportModule.forRoot(given))).rejects.toMatchObject(refusal)
    await expect(start(SallyportModule.forRootAsync({ useFactory: () => given }))).rejects.toMatchObject(refusal)
  })

  it('is missed when the application starts, not when a request comes', async () => {
    @Controller('scoped')
    class Scoped {
      @Get()
      @RequireScopes('reports:read')
      read() {}
    }

    const compile = (controller: typeof Reports | typeof Scoped) =>
      Test.createTestingModule({ controllers: [controller] }).compile()
    await expect(compile(Reports)).rejects.toThrow(/AccessTokenGuard/)
    await expect(compile(Scoped)).rejects.toThrow(/AccessTokenGuard/)
  })
})
