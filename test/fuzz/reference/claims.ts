import type { AccessTokenErrorCode } from '@sallyport/core'
import { type JWTPayload, UnsecuredJWT } from 'jose'
import type { FuzzIssuer } from '../keys/issuers.ts'
import type { Policy } from '../policy.ts'
import type { Header } from './proof.ts'

/** 9999-12-31T23:59:59Z (CLAIM-3). */
const latest = 253_402_300_799

const lookAlikes = ['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu', 'token_introspection']
const keycloakTypes: readonly unknown[] = ['ID', 'Refresh', 'Offline', 'Logout']
const rfc9068Claims = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

/**
 * Everything that is wrong with claims that are known to be the issuer's: all codes that a verifier may give, in no
 * order, since the order of checks is nobody's business.
 */
export function claimRefusals(
  policy: Policy,
  issuer: FuzzIssuer,
  header: Header,
  claims: JWTPayload,
  now: number,
): Set<AccessTokenErrorCode> {
  const found = new Set<AccessTokenErrorCode>()
  const add = (code: AccessTokenErrorCode, isWrong: boolean) => isWrong && found.add(code)
  const has = (name: string) => Object.hasOwn(claims, name)

  add('token_type_refused', !acceptsType(policy, header.typ))
  const isLookAlike = lookAlikes.some(has) || claims['token_use'] === 'id' || keycloakTypes.includes(claims['typ'])
  add('not_an_access_token', isLookAlike)
  add('binding_missing', has('cnf') && !policy.isBindingCheckedByCaller)

  const { audience } = issuer
  const { aud } = claims as { readonly aud?: unknown }
  add('claim_missing', !has('aud') && audience !== undefined)
  const listed: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const isAudience = listed.every((one) => typeof one === 'string')
  const isOurs = audience === undefined || listed.some((one) => (audience as readonly unknown[]).includes(one))
  add('audience_refused', has('aud') && !(isAudience && isOurs))

  for (const name of ['sub', 'jti', 'client_id']) add('claim_invalid', has(name) && typeof claims[name] !== 'string')
  // CLAIM-6: `scope` has its type also where scopes are read from another claim.
  for (const name of ['scope', ...policy.scopeClaims]) add('claim_invalid', has(name) && !isScope(claims[name]))
  const required = [...policy.requiredClaims, ...(policy.profile === 'rfc9068' ? rfc9068Claims : [])]
  add('claim_missing', !required.every(has))

  for (const code of timeRefusals(policy, claims, now)) found.add(code)
  return found
}

function isScope(value: unknown): boolean {
  if (typeof value === 'string') return true
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes(' '))
}

function acceptsType({ profile, tokenTypes }: Policy, typ: unknown): boolean {
  if (typ === undefined) return profile === 'interoperable'
  if (typeof typ !== 'string') return false
  const accepted = [...tokenTypes, 'at+jwt', ...(profile === 'interoperable' ? ['jwt'] : [])]
  return accepted.some((type) => [type, `application/${type}`].includes(typ.toLowerCase()))
}

function timeRefusals(policy: Policy, claims: JWTPayload, now: number): AccessTokenErrorCode[] {
  const { clockToleranceSeconds: tolerance, maxTokenAgeSeconds: maxAge } = policy
  const { exp, nbf, iat } = claims as Readonly<Record<string, unknown>>
  const found: AccessTokenErrorCode[] = []
  if (exp === undefined || (iat === undefined && maxAge !== undefined)) found.push('claim_missing')
  const isDate = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= latest
  if (![exp, nbf, iat].every((value) => value === undefined || isDate(value))) found.push('claim_invalid')
  if (isDate(exp) && now >= exp + tolerance) found.push('token_expired')
  if (isDate(iat) && maxAge !== undefined && now >= iat + maxAge + tolerance) found.push('token_expired')
  if ([nbf, iat].some((value) => isDate(value) && now < value - tolerance)) found.push('token_not_yet_valid')
  return found
}

/** Whether jose's own checks of claims accept them; what jose refuses, Sallyport has no reason to accept. */
export function acceptsAsJose(policy: Policy, issuer: FuzzIssuer, claims: JWTPayload, now: number): boolean {
  const text = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  try {
    UnsecuredJWT.decode(`${text.join('.')}.`, {
      issuer: issuer.name,
      ...(issuer.audience === undefined ? {} : { audience: [...issuer.audience] }),
      requiredClaims: ['exp', ...policy.requiredClaims],
      currentDate: new Date(now * 1000),
      // jose counts in whole seconds.
      clockTolerance: policy.clockToleranceSeconds + (Number.isInteger(now) ? 0 : 1),
    })
    return true
  } catch {
    return false
  }
}
