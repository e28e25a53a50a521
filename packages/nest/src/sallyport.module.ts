import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common'
import { AccessTokenGuard } from './access-token.guard.ts'
import { gateOf, type SallyportModuleOptions, verifierOf } from './options.ts'
import { GATE, VERIFIER } from './tokens.ts'

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<SallyportModuleOptions>({
  moduleName: 'Sallyport',
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createSallyportOptions')
  .build()

/**
 * Makes the verifier of an application and its guard known in every module. A wrong option is a ConfigurationError when
 * the application starts.
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
    { provide: VERIFIER, inject: [MODULE_OPTIONS_TOKEN], useFactory: verifierOf },
    // Of the injected verifier, so that who replaces that one in a test replaces what the guard asks.
    { provide: GATE, inject: [VERIFIER, MODULE_OPTIONS_TOKEN], useFactory: gateOf },
    AccessTokenGuard,
  ],
  exports: [GATE, VERIFIER, AccessTokenGuard],
})
export class SallyportModule extends ConfigurableModuleClass {}
