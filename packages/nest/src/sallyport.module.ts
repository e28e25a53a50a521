import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common'
import type { Verifier } from '@sallyport/core'
import { createGate, type Gate, type ProtectInput } from '@sallyport/core/adapter'
import { AccessTokenGuard } from './access-token.guard.ts'
import { GATE, VERIFIER } from './tokens.ts'

/** Options of `createVerifier` with `optional`, or a verifier made before. */
export type SallyportModuleOptions = ProtectInput<unknown>

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<SallyportModuleOptions>({
  moduleName: 'Sallyport',
})
  .setClassMethodName('forRoot')
  .build()

/**
 * Makes the verifier of an application and its guard known in every module.
 *
 * @example
 * ```ts
 * SallyportModule.forRoot({ issuer: 'https://as.example', audience: 'https://api.example' })
 * SallyportModule.forRootAsync({ inject: [ConfigService], useFactory: (config) => config.get('sallyport') })
 * ```
 */
@Global()
@Module({
  providers: [
    {
      provide: GATE,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: SallyportModuleOptions) => createGate(options),
    },
    { provide: VERIFIER, inject: [GATE], useFactory: ({ verifier }: Gate): Verifier<unknown> => verifier },
    AccessTokenGuard,
  ],
  exports: [GATE, VERIFIER, AccessTokenGuard],
})
export class SallyportModule extends ConfigurableModuleClass {}
