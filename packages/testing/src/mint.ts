import { type AccessTokenRequest, type Issuer, IssuerConfigurationError, type Signer } from '@sallyport/issuer'
import { checkOneOf, checkOptions } from './checks.ts'
import { type Draft, draftOf, type Members, override, signDraft } from './draft.ts'
import type { TestEncryption } from './encryption.ts'
import { type Recipe, recipes } from './recipes.ts'
import { type WrongSignedTokenKind, type WrongTokenKind, wrongEncryptedTokens, wrongTokens } from './wrong-tokens.ts'

/** What a test token says. Without any option it is a good token for the API under test, without scopes. */
export interface MintOptions {
  /** `sub`. Default `test-user`. */
  readonly subject?: string | undefined
  /** `client_id`. Default `test-client`. */
  readonly clientId?: string | undefined
  /** `aud`. Default: the issuer's `audience`. */
  readonly audience?: string | readonly string[] | undefined
  /** Granted scopes, as an array or as one string with single spaces. Default: none. */
  readonly scope?: string | readonly string[] | undefined
  /** Until `exp`, in seconds, 1 to 86,400. Default: the issuer's `accessTokenLifetimeSeconds`. */
  readonly lifetimeSeconds?: number | undefined
  /** `cnf`: binds the token to a key. Default: not bound. */
  readonly confirmation?: AccessTokenRequest['confirmation']
  /**
   * Claims to set, whatever their name, or to take out with `undefined`: `{ exp: 'soon' }`, `{ iat: undefined }`. Unlike
   * a real issuer's, they replace registered ones; they are set last, after `wrong`.
   */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Members of the signed token's header to set, or to take out with `undefined`, as `claims` does: `{ typ: 'jwt' }`. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
  /** Whether the token is encrypted. Default: whether the issuer was made with `encrypted`, which `true` needs. */
  readonly encrypt?: boolean | undefined
  /** Further members of the JWE's header, except `alg`, `enc` and `kid`. Default: none but `cty`. */
  readonly encryptionHeader?: Readonly<Record<string, unknown>> | undefined
  /** Makes the token wrong on purpose; {@link wrongTokens} says how it must be answered. Default: a good token. */
  readonly wrong?: WrongTokenKind | undefined
}

const mintOptionNames: readonly (keyof MintOptions)[] = [
  'subject',
  'clientId',
  'audience',
  'scope',
  'lifetimeSeconds',
  'confirmation',
  'claims',
  'header',
  'encrypt',
  'encryptionHeader',
  'wrong',
]

const wrongTokenKinds = [...Object.keys(wrongTokens), ...Object.keys(wrongEncryptedTokens)]

/** What tokens are made of. */
export interface Mint {
  readonly issuer: Issuer
  readonly audience: string
  /** Has the key that the issuer signs with. */
  readonly signer: Signer
  /** Has a key of the same kind, which is published nowhere; made when it is first needed. */
  readonly stranger: () => Promise<Signer>
  readonly encryption: TestEncryption | undefined
}

/**
 * Makes a test token: a real one of the issuer, taken apart, changed as asked, and signed again.
 *
 * @throws IssuerConfigurationError
 */
export async function mintToken(mint: Mint, options: MintOptions): Promise<string> {
  checkOptions(options, mintOptionNames)
  const { encrypt = mint.encryption !== undefined, encryptionHeader, wrong } = options
  if (wrong !== undefined) checkOneOf(wrong, wrongTokenKinds, 'wrong')
  const encryption = encrypt || isForEncrypted(wrong) ? requireEncryption(mint, wrong) : undefined

  const { draft, sign } = await prepareToken(mint, options)
  const token = wrong === 'not_signed' ? JSON.stringify(draft.claims) : await sign()
  return encryption === undefined ? token : encryptAs(wrong, encryption, token, encryptionHeader)
}

interface PreparedToken {
  readonly draft: Draft
  readonly sign: () => Promise<string>
}

async function prepareToken(mint: Mint, options: MintOptions): Promise<PreparedToken> {
  const { wrong, header, claims } = options
  const good = await draftGoodToken(mint, options)
  const overridden = (draft: Draft) => ({
    header: override(draft.header, header),
    claims: override(draft.claims, claims),
  })
  if (wrong === undefined || isForEncrypted(wrong)) {
    const draft = overridden(good)
    return { draft, sign: () => signDraft(draft, mint.signer) }
  }
  const { change = (draft) => draft, sign = (draft, { issuer }) => signDraft(draft, issuer) }: Recipe = recipes[wrong]
  const signers = { issuer: mint.signer, stranger: await mint.stranger() }
  const draft = overridden(change(good, signers))
  return { draft, sign: () => sign(draft, signers) }
}

async function draftGoodToken({ issuer, audience }: Mint, options: MintOptions): Promise<Draft> {
  const { subject = 'test-user', clientId = 'test-client', scope, lifetimeSeconds, confirmation } = options
  const request = { subject, clientId, scope, lifetimeSeconds, confirmation, audience: options.audience ?? audience }
  return draftOf(await issuer.issueAccessToken(request))
}

async function encryptAs(
  wrong: WrongTokenKind | undefined,
  encryption: TestEncryption,
  token: string,
  header: Members | undefined,
): Promise<string> {
  if (wrong === 'wrong_decryption_key') return encryption.encryptForStranger(token, header)
  const encrypted = await encryption.encrypt(token, header)
  return wrong === 'tampered_ciphertext' ? tamper(encrypted) : encrypted
}

/** Changes the first character of the ciphertext: all its bits count. */
function tamper(token: string): string {
  const [header, encryptedKey, iv, ciphertext = '', tag] = token.split('.')
  const changed = (ciphertext.startsWith('A') ? 'B' : 'A') + ciphertext.slice(1)
  return [header, encryptedKey, iv, changed, tag].join('.')
}

function isForEncrypted(wrong: WrongTokenKind | undefined): wrong is Exclude<WrongTokenKind, WrongSignedTokenKind> {
  return wrong !== undefined && Object.hasOwn(wrongEncryptedTokens, wrong)
}

function requireEncryption({ encryption }: Mint, wrong: WrongTokenKind | undefined): TestEncryption {
  if (encryption !== undefined) return encryption
  const [option, got] = isForEncrypted(wrong) ? ['wrong', JSON.stringify(wrong)] : ['encrypt', 'true']
  throw new IssuerConfigurationError(option, got, 'what it needs: a test issuer made with `encrypted: true`')
}
