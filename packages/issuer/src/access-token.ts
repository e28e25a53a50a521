import { checkAudiences } from './audiences.ts'
import { checkInteger, checkText, type Given, isObject } from './checks.ts'
import { IssuerConfigurationError, kindOf, quoted } from './configuration-error.ts'
import type { EncryptionRecipient } from './encryption.ts'
import type { PublishedRecipient } from './published-recipient.ts'
import { randomId } from './random-id.ts'
import { checkScopes } from './scopes.ts'
import type { SubjectFor } from './subjects.ts'

/** What an access token shall say, and for whom it is encrypted. */
export interface AccessTokenRequest {
  /**
   * `sub`: the user, or the client itself when there is no user (RFC 9068 §2.2). With pairwise subjects each API sees
   * another name of the user.
   */
  readonly subject: string
  /** `client_id`: the client that the token is issued to. */
  readonly clientId: string
  /** `aud`: the API that the token is for, by its identifier; several only when all of them may see each other's tokens. */
  readonly audience: string | readonly string[]
  /** Granted scopes, as an array or as one string with single spaces. Default: none. */
  readonly scope?: string | readonly string[] | undefined
  /** Further claims. The names of registered ones, and of those that mark other kinds of token, are refused. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Until `exp`, in seconds, 1 to 86,400. Default: the issuer's `accessTokenLifetimeSeconds`. */
  readonly lifetimeSeconds?: number | undefined
  /** `cnf`: binds the token to a key (RFC 7800 §3.1); resource servers then refuse it from anybody else. */
  readonly confirmation?: ConfirmationThumbprints | undefined
  /**
   * Encrypts the signed token for a resource server (nested JWT, RFC 7519 §11.2): for a key, or for the current key that
   * it publishes. Default: what `resources` says of the audience, else not encrypted.
   */
  readonly encryptFor?: EncryptionRecipient | PublishedRecipient | undefined
}

/** Thumbprints of the key that the token is bound to: SHA-256 as base64url. */
export interface ConfirmationThumbprints {
  /** Of a DPoP key (RFC 9449 §6.1). */
  readonly jkt?: string | undefined
  /** Of a client certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256'?: string | undefined
}

export const accessTokenRequestNames: readonly (keyof AccessTokenRequest)[] = [
  'subject',
  'clientId',
  'audience',
  'scope',
  'claims',
  'lifetimeSeconds',
  'confirmation',
  'encryptFor',
]

/** Longest life of an access token; a life time given in milliseconds by mistake is nearly always over it. */
export const maxLifetimeSeconds = 86_400

/** What the issuer adds to a request. */
interface IssuerDefaults {
  readonly issuer: string
  readonly lifetimeSeconds: number
  readonly longestLifetimeSeconds: number
  /** What is asked beyond that is cut off. Default: nothing is. */
  readonly capSeconds?: number
  /** Default: `sub` is the subject. */
  readonly subjectFor?: SubjectFor | undefined
  readonly sector?: string | undefined
}

/**
 * The claims of an access token (RFC 9068 §2.2).
 *
 * @throws IssuerConfigurationError that names values by their kind only: they may be personal
 */
export function accessTokenClaims(
  request: Given,
  { issuer, lifetimeSeconds, longestLifetimeSeconds, capSeconds = Infinity, subjectFor, sector }: IssuerDefaults,
): Given {
  const { lifetimeSeconds: asked = lifetimeSeconds } = request
  const lifetime = checkInteger(asked, 1, longestLifetimeSeconds, 'lifetimeSeconds', 'seconds')
  const subject = checkText(request['subject'], 'subject', 'the name of the user or client, as a string')
  const clientId = checkText(request['clientId'], 'clientId', 'the id of the client, as a string')
  const audiences = checkAudiences(request['audience'], 'audience')
  const scopes = checkScopes(request['scope'], 'scope')
  const cnf = readConfirmation(request['confirmation'])
  const extra = readExtraClaims(request['claims'])
  const iat = Math.floor(Date.now() / 1000)
  // Of no registered name are those that follow (ISSUER-5); what is undefined is no claim.
  return {
    iss: issuer,
    sub: subjectFor?.(subject, clientId, sector) ?? subject,
    // In the form that was asked for: an array of one stays one.
    aud: Array.isArray(request['audience']) ? audiences : audiences[0],
    client_id: clientId,
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
    cnf,
    iat,
    exp: iat + Math.min(lifetime, capSeconds),
    jti: randomId(),
    ...extra,
  }
}

const thumbprint = /^[A-Za-z0-9_-]{43}$/

function readConfirmation(confirmation: unknown): Given | undefined {
  if (confirmation === undefined) return undefined
  const takes = '{ jkt } or { "x5t#S256" } with a SHA-256 thumbprint (43 characters of base64url)'
  if (!isObject(confirmation)) throw new IssuerConfigurationError('confirmation', kindOf(confirmation), takes)
  const members = Object.entries(confirmation).filter(([, value]) => value !== undefined)
  if (members.length === 0) throw new IssuerConfigurationError('confirmation', 'an empty object', takes)
  for (const [name, value] of members) {
    const isKnown = name === 'jkt' || name === 'x5t#S256'
    if (isKnown && typeof value === 'string' && thumbprint.test(value)) continue
    throw new IssuerConfigurationError(isKnown ? `confirmation.${name}` : 'confirmation', kindOf(value), takes)
  }
  return Object.fromEntries(members)
}

/** RFC 7519 §4.1, and what the other options set. `scp` and `azp` are what some call `scope` and `client_id`. */
const ownClaims = new Set('iss sub aud exp nbf iat jti client_id azp scope scp cnf'.split(' '))

/** What marks ID, logout and event tokens, DPoP proofs and introspection answers: resource servers refuse it (CLAIM-7). */
const foreignClaims = new Set('at_hash c_hash s_hash events htm htu token_introspection token_use typ'.split(' '))

function readExtraClaims(claims: unknown): Given {
  if (claims === undefined) return {}
  if (!isObject(claims)) throw new IssuerConfigurationError('claims', kindOf(claims), 'an object')
  for (const [name, value] of Object.entries(claims)) {
    const takes = whatExtraClaimTakes(name)
    if (takes === 'a JSON value' && isJson(value)) continue
    const option = `claims.${/^[\w.#-]{1,64}$/.test(name) ? name : quoted(name)}`
    throw new IssuerConfigurationError(option, kindOf(value), takes)
  }
  return claims
}

/** ISSUER-5 */
function whatExtraClaimTakes(name: string): string {
  if (ownClaims.has(name)) return 'nothing: it has an option of its own, or is set by the issuer'
  return foreignClaims.has(name) ? 'nothing: it marks another kind of token' : 'a JSON value'
}

/** `toJSON` of the claims themselves would stand for all of them: as a function it is no JSON value either. */
function isJson(value: unknown): boolean {
  if (value === undefined || value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}
