import {
  createIssuer,
  createSigner,
  generateSigningKey,
  type Issuer,
  type JWK,
  type Signer,
  type SigningAlgorithm,
} from '@sallyport/issuer'
import { checkOptions } from './checks.ts'
import { createEncryption, type TestEncryption, type TestEncryptionOptions } from './encryption.ts'
import { type MintOptions, mintToken } from './mint.ts'

/** What both kinds of test issuer take. */
export interface TestAuthorityOptions {
  /** The API under test, as `aud` names it. Default `https://api.test`. */
  readonly audience?: string | undefined
  /** Algorithm of the signature keys. Default `ES256`, whose keys are made in no time. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** Encrypts the tokens for the API under test, `true` with ECDH-ES+A256KW and A256GCM. Default `false`. */
  readonly encrypted?: boolean | TestEncryptionOptions | undefined
  /** Until tokens expire, in seconds, 1 to 86,400. Default 300. */
  readonly accessTokenLifetimeSeconds?: number | undefined
}

/** Options of `rotate`. */
export interface RotateOptions {
  /** Takes the old keys out of the JWKS at once, as after a theft. Default `false`: they stay published. */
  readonly withdraw?: boolean | undefined
}

/** What a test issuer is, wherever it runs. */
export interface TestAuthority {
  /** Its identifier (`iss`). */
  readonly issuer: string
  /** The API under test (`aud`). */
  readonly audience: string
  /**
   * Mints an access token: a good one by default, any other by {@link MintOptions}.
   *
   * @throws IssuerConfigurationError when an option is wrong
   * @example
   * ```ts
   * const token = await as.mint({ subject: 'jane', scope: 'reports:read' })
   * const expired = await as.mint({ wrong: 'expired' })
   * ```
   */
  mint(options?: MintOptions): Promise<string>
  /**
   * Mints an access token as a header field, to be given to `fetch`, supertest's `set` and the like.
   *
   * @example
   * ```ts
   * await fetch(url, { headers: await as.authorization({ scope: 'reports:read' }) })
   * ```
   */
  authorization(options?: MintOptions): Promise<{ readonly authorization: string }>
  /** Signs with a new key from now on. */
  rotate(options?: RotateOptions): Promise<void>
}

/** An authority, and what only the test issuers see of it. */
export interface AuthorityState {
  readonly authority: TestAuthority
  readonly encryption: TestEncryption | undefined
  /** The issuer with the keys of now. */
  current(): Issuer
}

export const authorityOptionNames: readonly (keyof TestAuthorityOptions)[] = [
  'audience',
  'algorithm',
  'encrypted',
  'accessTokenLifetimeSeconds',
]

export async function createAuthority(issuer: string, options: TestAuthorityOptions): Promise<AuthorityState> {
  const { audience = 'https://api.test', algorithm, encrypted = false, accessTokenLifetimeSeconds } = options
  const encryption = encrypted === false ? undefined : await createEncryption(encrypted === true ? {} : encrypted)
  let stranger: Promise<Signer> | undefined
  let keys = await takeOver([])

  /** An issuer never changes its keys: rotating is making another. */
  async function takeOver(published: readonly JWK[]): Promise<{ readonly issuer: Issuer; readonly signer: Signer }> {
    const key = await generateSigningKey(algorithm)
    const renewed = { issuer, accessTokenLifetimeSeconds, keys: [key, ...published] }
    return { issuer: await createIssuer(renewed), signer: await createSigner(key) }
  }

  const mint = (mintOptions: MintOptions = {}) =>
    mintToken(
      {
        ...keys,
        audience,
        encryption,
        stranger: () => (stranger ??= generateSigningKey(algorithm).then(createSigner)),
      },
      mintOptions,
    )

  return {
    encryption,
    current: () => keys.issuer,
    authority: {
      issuer,
      audience,
      mint,
      authorization: async (mintOptions) => ({ authorization: `Bearer ${await mint(mintOptions)}` }),
      rotate: async (rotateOptions = {}) => {
        checkOptions(rotateOptions, ['withdraw'])
        keys = await takeOver(rotateOptions.withdraw === true ? [] : keys.issuer.jwks().keys)
      },
    },
  }
}
