import { randomUUID } from 'node:crypto'

export const issuer = 'https://login.bench.example/tenant-1'
export const audience = 'https://api.bench.example'

/**
 * Claims of an access token (RFC 9068 §2.2) of common size: with an RS256 signature around 880 characters.
 *
 * @param index makes the token distinct
 */
export function accessTokenClaims(index: number, changes: Readonly<Record<string, unknown>> = {}): object {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: audience,
    sub: subjectOf(index),
    client_id: 'web-client-7f3d0a',
    jti: randomUUID(),
    scope: 'openid profile reports:read reports:write orders:read',
    iat: now - 60,
    nbf: now - 60,
    exp: now + 24 * 3600,
    sid: randomUUID(),
    org: { id: 'org_4f2c9b1e', plan: 'enterprise' },
    roles: ['reader', 'editor', 'auditor'],
    ...changes,
  }
}

export function subjectOf(index: number): string {
  return `user-${String(index).padStart(8, '0')}`
}
