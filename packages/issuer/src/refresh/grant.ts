import { accessTokenClaims, type ConfirmationThumbprints } from '../access-token.ts'
import { checkAudiences } from '../audiences.ts'
import { checkNames, checkText } from '../checks.ts'
import { IssuerConfigurationError } from '../configuration-error.ts'
import { checkScopes } from '../scopes.ts'
import type { RefreshTokenGrant } from './refresh-token-store.ts'

/** What a first refresh token is issued for. */
export interface RefreshTokenRequest {
  /** The user who logged in, as `sub` of the access tokens. */
  readonly subject: string
  /** The client that may use the refresh token, and nobody else. */
  readonly clientId: string
  /** Granted scopes, as an array or as one string with single spaces. Default: none. */
  readonly scope?: string | readonly string[] | undefined
  /** The APIs that access tokens may be issued for. */
  readonly audience: string | readonly string[]
  /** Further claims of the access tokens, for instance `auth_time` and `acr`. They are stored as they are. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** The key that the access tokens stay bound to. */
  readonly confirmation?: ConfirmationThumbprints | undefined
}

const requestNames: readonly (keyof RefreshTokenRequest)[] = [
  'subject',
  'clientId',
  'scope',
  'audience',
  'claims',
  'confirmation',
]

/** Longest grant in a store, as JSON, in characters. */
const maxGrantLength = 16_384

/** @throws IssuerConfigurationError that names values by their kind only: they may be personal */
export function checkGrant(request: unknown): RefreshTokenGrant {
  const given = checkNames(request, requestNames, 'request')
  // What no access token can be issued for is refused now, and not at each refresh.
  accessTokenClaims(given, { issuer: '', lifetimeSeconds: 1, longestLifetimeSeconds: 1 })
  const grant = {
    subject: checkText(given['subject'], 'subject', 'the name of the user or client, as a string'),
    clientId: checkText(given['clientId'], 'clientId', 'the id of the client, as a string'),
    scope: checkScopes(given['scope'], 'scope'),
    audience: checkAudiences(given['audience'], 'audience'),
    claims: given['claims'],
    confirmation: given['confirmation'],
  }
  const text = JSON.stringify(grant)
  if (text.length <= maxGrantLength) return frozenCopy(text)
  const takes = `at most ${maxGrantLength} characters of JSON`
  throw new IssuerConfigurationError('request', `${text.length} characters of JSON`, takes)
}

/** Stores give out what they were given: a copy, which no handler can change for the next one. */
function frozenCopy(text: string): RefreshTokenGrant {
  return JSON.parse(text, (_, value: unknown) => Object.freeze(value)) as RefreshTokenGrant
}
