import type { JsonObject } from '../token/index.ts'
import { type Finding, problem, warning } from './inspection.ts'

const foreignClaims: ReadonlyMap<string, string> = new Map([
  ['at_hash', 'an ID token'],
  ['c_hash', 'an ID token'],
  ['s_hash', 'an ID token'],
  ['events', 'an event or logout token'],
  ['htm', 'a DPoP proof'],
  ['htu', 'a DPoP proof'],
  ['token_introspection', 'an answer of an introspection endpoint'],
])

const keycloakTypes: ReadonlyMap<unknown, string> = new Map([
  ['ID', 'an ID token'],
  ['Refresh', 'a refresh token'],
  ['Offline', 'an offline token'],
  ['Logout', 'a logout token'],
])

const advice = 'APIs take access tokens. An ID token tells the client who logged in, and is for nobody else.'

/** What the same issuer signs for other purposes, and access tokens are mistaken for (RFC 8725 §2.8; CLAIM-7). */
export function findLookAlike(claims: JsonObject): readonly Finding[] {
  for (const [name, what] of foreignClaims) {
    if (Object.hasOwn(claims, name)) return [problem('not_an_access_token', `It is ${what}: it has ${name}.`, advice)]
  }
  if (claims['token_use'] === 'id') {
    return [problem('not_an_access_token', 'It is an ID token: its token_use is id.', advice)]
  }
  const type = keycloakTypes.get(claims['typ'])
  if (type !== undefined) return [problem('not_an_access_token', `It is ${type}: its claim typ says so.`, advice)]
  const mayBeIdToken =
    Object.hasOwn(claims, 'nonce') && !Object.hasOwn(claims, 'scope') && !Object.hasOwn(claims, 'scp')
  return mayBeIdToken
    ? [warning('id_token_look_alike', 'It may be an ID token: it has a nonce, and no scope.', advice)]
    : []
}
