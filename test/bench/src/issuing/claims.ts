import { audience, issuer } from '../tokens/claims.ts'

/** What is asked of every contender: the claims of RFC 9068 §2.2, and some of the application. */
export const clientId = 'web-client-7f3d0a'
export const scope = 'openid profile reports:read reports:write orders:read'
export const extraClaims = { org: { id: 'org_4f2c9b1e', plan: 'enterprise' }, roles: ['reader', 'editor', 'auditor'] }
export const lifetimeSeconds = 300

/** All that a peer cannot set by an option of its own. */
export function claimsFor(subject: string, jti: string) {
  return { iss: issuer, aud: audience, sub: subject, client_id: clientId, jti, scope, ...extraClaims }
}
