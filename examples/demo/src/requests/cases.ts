import type { AccessTokenErrorCode } from '@sallyport/core'
import type { ClientId } from '../authorization-server/token-formats.ts'
import type { Answer } from './answer.ts'
import type { Tokens } from './tokens.ts'
import type { WrongTokens } from './wrong-tokens.ts'

/** By name; two values are two fields. */
export type HeaderFields = Readonly<Record<string, string | string[]>>

/** A request that every app gets, and the answer that is right. */
export interface Case {
  readonly group: string
  readonly title: string
  readonly path: string
  readonly headers: HeaderFields
  readonly expected: Answer
}

export function createCases(tokens: Tokens, wrong: WrongTokens): Case[] {
  return [
    ...group('Good tokens', [
      ['RS256', '/reports', bearer(tokens.rs256), passed('client-rs256')],
      ['ES256', '/reports', bearer(tokens.es256), passed('client-es256')],
      ['EdDSA', '/reports', bearer(tokens.eddsa), passed('client-eddsa')],
      ['nested ECDH-ES+A256KW', '/reports', bearer(tokens.ecdhEs), passed('client-ecdh-es')],
      ['nested dir', '/reports', bearer(tokens.dir), passed('client-dir')],
      ['in a cookie', '/reports', { cookie: `access_token=${tokens.es256}` }, passed('client-es256')],
    ]),
    ...group('No token', [
      ['no token', '/reports', {}, { status: 401, code: 'credential_missing', challenge: 'Bearer' }],
      ['open route', '/health', {}, { status: 200 }],
    ]),
    ...group('Wrong tokens', [
      ['expired', '/reports', bearer(wrong.expired), refused('token_expired')],
      ['wrong audience', '/reports', bearer(tokens.otherAudience), refused('audience_refused')],
      ['tampered', '/reports', bearer(wrong.tampered), refused('signature_invalid')],
      ['signed by a stranger', '/reports', bearer(wrong.forged), refused('signature_invalid')],
      ['alg none', '/reports', bearer(wrong.algNone), refused('algorithm_refused')],
      ['HMAC with public key', '/reports', bearer(wrong.hmac), refused('algorithm_refused')],
      ['encrypted, not signed', '/reports', bearer(tokens.unsigned), refused('not_signed')],
      ['ciphertext tampered', '/reports', bearer(wrong.tamperedCiphertext), refused('decryption_failed')],
      ['DPoP-bound, as Bearer', '/reports', bearer(tokens.boundToKey), refused('binding_missing')],
      ['opaque', '/reports', bearer(tokens.opaque), refused('token_malformed')],
    ]),
    ...group('Where encryption is required', [
      ['encrypted', '/vault', bearer(tokens.ecdhEs), passed('client-ecdh-es')],
      ['not encrypted', '/vault', bearer(tokens.es256), refused('decryption_required')],
    ]),
    ...group('Wrong requests', [
      ['missing scope', '/reports', bearer(tokens.otherScope), scopeMissing('reports:read')],
      ['two header fields', '/reports', { authorization: twice(tokens.es256) }, ambiguous],
      ['header and cookie', '/reports', both(tokens.es256), ambiguous],
    ]),
    ...group('Where keys cannot be had', [
      ['issuer is down', '/reports', bearer(wrong.partner), unavailable('keys_unavailable')],
    ]),
  ]
}

type Row = readonly [title: string, path: string, headers: HeaderFields, expected: Answer]

function group(name: string, rows: readonly Row[]): Case[] {
  return rows.map(([title, path, headers, expected]) => ({ group: name, title, path, headers, expected }))
}

function bearer(token: string): HeaderFields {
  return { authorization: `Bearer ${token}` }
}

function twice(token: string): string[] {
  return [`Bearer ${token}`, `Bearer ${token}`]
}

function both(token: string): HeaderFields {
  return { ...bearer(token), cookie: `access_token=${token}` }
}

function passed(subject: ClientId): Answer {
  return { status: 200, subject }
}

function refused(code: AccessTokenErrorCode): Answer {
  return { status: 401, code, challenge: 'Bearer error="invalid_token"' }
}

function scopeMissing(scope: string): Answer {
  return { status: 403, code: 'scope_insufficient', challenge: `Bearer error="insufficient_scope", scope="${scope}"` }
}

const ambiguous: Answer = { status: 400, code: 'credential_ambiguous', challenge: 'Bearer error="invalid_request"' }

function unavailable(code: AccessTokenErrorCode): Answer {
  return { status: 503, code, retryLater: true }
}
