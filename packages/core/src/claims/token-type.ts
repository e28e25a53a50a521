import type { JoseHeader, JsonObject } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'

/** JOSE-14: the header's `typ` (RFC 9068 §2.1, RFC 8725 §3.11). */
export function checkTokenType({ typ }: JoseHeader, accepted: ReadonlySet<string | undefined>): void {
  if (accepted.has(typ)) return
  throw new AccessTokenError('token_type_refused', {
    reason: typ === undefined ? 'typ is absent' : 'typ is not accepted',
    expected: [...accepted].filter((type) => type !== undefined).join(' '),
    received: typ,
  })
}

/** Claims that ID tokens, logout and event tokens, DPoP proofs and introspection answers have, and access tokens never. */
const foreignClaims = ['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu', 'token_introspection']

/** Values of Keycloak's payload claim `typ` for its other tokens. */
const foreignTypes: ReadonlySet<unknown> = new Set(['ID', 'Refresh', 'Offline', 'Logout'])

/**
 * Refuses what the same issuer signs with the same key for other purposes (CLAIM-7, RFC 8725 §2.8).
 *
 * @throws AccessTokenError `not_an_access_token`
 */
export function checkIsAccessToken(claims: JsonObject): void {
  const foreign = foreignClaims.find((name) => Object.hasOwn(claims, name))
  if (foreign !== undefined) throw lookalike(`it has the claim ${foreign}`)
  if (claims['token_use'] === 'id') throw lookalike('its token_use is id')
  if (foreignTypes.has(claims['typ'])) throw lookalike('its claim typ is that of another token')
}

function lookalike(reason: string): AccessTokenError {
  return new AccessTokenError('not_an_access_token', { reason })
}
