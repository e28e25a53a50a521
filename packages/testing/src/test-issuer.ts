import type { JSONWebKeySet, JWK } from '@sallyport/issuer'
import { type TestAuthority, type TestAuthorityOptions, authorityOptionNames, createAuthority } from './authority.ts'
import { checkOptions } from './checks.ts'

/** Options of {@link createTestIssuer}. */
export interface TestIssuerOptions extends TestAuthorityOptions {
  /** Its identifier (`iss`), where nothing has to be reachable. Default `https://issuer.test`. */
  readonly issuer?: string | undefined
}

/** Options for a verifier or an adapter that trusts a test issuer without any network. */
export interface TestVerifierOptions {
  readonly issuer: string
  readonly audience: string
  /** The public keys, as a document. */
  readonly jwks: JSONWebKeySet
  /** The API's decryption key, where the issuer was made with `encrypted`. */
  readonly decryption?: { readonly keys: readonly JWK[] }
}

/** A test issuer in this process, without server, sockets and interception. */
export interface TestIssuer extends TestAuthority {
  /**
   * What the API under test is given instead of its real options. Read anew after `rotate`: a verifier made before does
   * not know of the new key.
   */
  readonly verifierOptions: TestVerifierOptions
}

/**
 * Makes a throw-away issuer for tests, in process: the API under test gets its keys as a document.
 *
 * Only for tests: it signs whatever it is asked to.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const as = await createTestIssuer()
 * app.use(protect(as.verifierOptions))
 * await request(app).get('/reports').set(await as.authorization({ scope: 'reports:read' })).expect(200)
 * ```
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  checkOptions(options, ['issuer', ...authorityOptionNames])
  const { issuer = 'https://issuer.test', ...others } = options
  const { authority, encryption, current } = await createAuthority(issuer, others)
  return Object.freeze({
    ...authority,
    get verifierOptions() {
      const { audience } = authority
      return { issuer, audience, jwks: current().jwks(), ...encryption?.verifierOptions }
    },
  })
}
