import { describeMoment, formatMoment } from '../moments.ts'
import type { JsonObject } from '../token/index.ts'
import { type Finding, type Member, note, problem, warning } from './inspection.ts'

const meanings: Readonly<Record<string, string>> = {
  iss: 'who issued it',
  sub: 'the user, or the client itself',
  aud: 'which API it is for',
  exp: 'until when it is good',
  nbf: 'from when on it is good',
  iat: 'when it was issued',
  jti: 'its own id',
  client_id: 'the client that it was issued to',
  azp: 'the client that it was issued to',
  scope: 'what it permits',
  scp: 'what it permits',
  auth_time: 'when the user logged in',
  acr: 'how well the user was authenticated',
  amr: 'by which means the user was authenticated',
  cnf: 'the key that it is bound to',
  act: 'who acts for the subject (RFC 8693)',
  may_act: 'who may act for the subject (RFC 8693)',
  nonce: 'ties an ID token to a login request',
  at_hash: 'hash of an access token: a mark of ID tokens',
  c_hash: 'hash of a code: a mark of ID tokens',
  s_hash: 'hash of a state: a mark of ID tokens',
  sid: 'the session at the issuer',
  events: 'what happened: a mark of event and logout tokens',
  htm: 'HTTP method: a mark of DPoP proofs',
  htu: 'HTTP address: a mark of DPoP proofs',
  ath: 'hash of an access token: a mark of DPoP proofs',
  token_use: 'what the token is for (Amazon Cognito)',
  token_introspection: 'an introspection answer',
  typ: 'what the token is for (Keycloak)',
  roles: 'roles of the subject',
  groups: 'groups of the subject',
  entitlements: 'entitlements of the subject',
  permissions: 'permissions of the subject',
  authorization_details: 'what it permits, in detail (RFC 9396)',
  tid: 'the tenant (Entra ID)',
  oid: "the user's object id (Entra ID)",
  ver: 'version of the token format',
  status: 'where its revocation can be looked up',
}

const moments = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at']

/** Claims in words. */
export function explainClaims(claims: JsonObject, nowMs: number): readonly Member[] {
  return Object.entries(claims).map(([name, value]) => {
    const meaning = Object.hasOwn(meanings, name) ? (meanings[name] ?? '') : ''
    const date = moments.includes(name) && typeof value === 'number' ? formatMoment(value) : undefined
    if (date === undefined || typeof value !== 'number') return { name, value, meaning }
    return { name, value, meaning, date, relative: describeMoment(value, nowMs) }
  })
}

/** What is wrong with the claims as such: their presence, types and values (RFC 7519 §4.1, RFC 9068 §2.2). */
export function findInClaims(claims: JsonObject, duplicates: readonly string[]): readonly Finding[] {
  return [
    ...duplicates.map((name) => {
      const message = `It has the claim ${name} twice: of two readers each may believe another one (RFC 7519 §4).`
      return warning('duplicate_claim', message)
    }),
    ...findInIssuer(claims['iss']),
    ...findInAudience(claims['aud']),
    ...findTypes(claims),
    ...findMissing(claims),
    ...findScopes(claims),
    ...findBinding(claims['cnf']),
  ]
}

function findInIssuer(iss: unknown): readonly Finding[] {
  if (iss === undefined) return [problem('iss_missing', 'It does not say who issued it (iss).')]
  if (typeof iss !== 'string' || iss === '') return [problem('iss_invalid', 'Its iss is no text.')]
  const isHttps = URL.canParse(iss) && new URL(iss).protocol === 'https:'
  if (isHttps || /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/.test(iss)) return []
  const message = 'Its iss is no https URL: its keys cannot be found by it.'
  return [warning('iss_not_https', message, 'A resource server needs the address of the keys besides (jwksUri).')]
}

function findInAudience(aud: unknown): readonly Finding[] {
  if (aud === undefined) {
    const message = 'It does not say which API it is for (aud): each API could use it at every other one.'
    return [problem('aud_missing', message, 'Let the client ask for an audience or resource (RFC 8707).')]
  }
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!values.every((value) => typeof value === 'string')) {
    return [problem('aud_invalid', 'Its aud is neither a string nor a list of strings.')]
  }
  if (values.length === 0) return [problem('aud_invalid', 'Its aud is an empty list: it is for nobody.')]
  if (values.length > 1) {
    const message = `It is for ${values.length} APIs: each of them can use it at the others.`
    return [note('aud_several', message, 'A token for each API is safer (RFC 8707).')]
  }
  return []
}

function findTypes(claims: JsonObject): readonly Finding[] {
  return ['sub', 'jti', 'client_id']
    .filter((name) => claims[name] !== undefined && typeof claims[name] !== 'string')
    .map((name) => problem('claim_invalid', `Its ${name} is no string.`))
}

function findMissing(claims: JsonObject): readonly Finding[] {
  const missing = ['sub', 'client_id', 'iat', 'jti'].filter((name) => !Object.hasOwn(claims, name))
  if (missing.length === 0) return []
  const message = `It lacks what RFC 9068 wants of an access token: ${missing.join(', ')}.`
  return [note('rfc9068_claims_missing', message, 'With profile rfc9068 Sallyport refuses it.')]
}

function findScopes(claims: JsonObject): readonly Finding[] {
  const findings: Finding[] = []
  for (const name of ['scope', 'scp']) {
    const value = claims[name]
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes(' '))
    if (value !== undefined && typeof value !== 'string' && !isList) {
      findings.push(problem('claim_invalid', `Its ${name} is neither text nor a list of single scopes.`))
    }
    const scopes = typeof value === 'string' ? value.split(' ') : []
    if (scopes.some((scope) => scope === '*' || /^(admin|root|all|superuser)$/i.test(scope))) {
      const message = 'It permits nearly everything: whoever gets hold of it can do as much.'
      findings.push(note('scope_broad', message, 'Ask for the scopes that the client needs, not more.'))
    }
  }
  return findings
}

function findBinding(cnf: unknown): readonly Finding[] {
  if (cnf === undefined) return []
  const isObject = typeof cnf === 'object' && cnf !== null
  const how =
    isObject && 'jkt' in cnf
      ? 'a DPoP key (RFC 9449)'
      : isObject && 'x5t#S256' in cnf
        ? 'a client certificate (RFC 8705)'
        : 'a key'
  const message = `It is bound to ${how}: without a proof of that key it is worth nothing, and Sallyport refuses it.`
  return [note('bound', message)]
}
