import type { JsonObject } from '../token/index.ts'
import { contentEncryption, keyManagementWords, signatureWords } from './algorithms.ts'
import { type Finding, type Member, note, problem, warning } from './inspection.ts'

const meanings: Readonly<Record<string, string>> = {
  crit: 'extensions that must be understood',
  b64: 'whether the payload is encoded (RFC 7797)',
  jku: 'a URL of keys that the token itself offers',
  jwk: 'a key that the token itself offers',
  x5u: 'a URL of a certificate that the token itself offers',
  x5c: 'a certificate that the token itself offers',
  x5t: 'thumbprint of a certificate (SHA-1)',
  'x5t#S256': 'thumbprint of a certificate',
  zip: 'compression before encryption',
  epk: "the sender's one-time public key",
  apu: 'about the sender, for the key agreement',
  apv: 'about the recipient, for the key agreement',
  iv: 'initialization vector of the key wrapping',
  tag: 'authentication tag of the key wrapping',
  p2s: 'salt of the password',
  p2c: 'rounds of the password hash',
  iss: 'issuer, repeated in the clear (RFC 7519 §5.3)',
  sub: 'subject, repeated in the clear (RFC 7519 §5.3)',
  aud: 'audience, repeated in the clear (RFC 7519 §5.3)',
}

/** Types of a token (RFC 7515 §4.1.9), lower-cased and without `application/`. */
const types: ReadonlyMap<string, string> = new Map([
  ['at+jwt', 'an access token (RFC 9068)'],
  ['jwt', 'a JWT; what for, it does not say'],
  ['dpop+jwt', 'a DPoP proof (RFC 9449)'],
  ['logout+jwt', 'a logout token of OpenID Connect'],
  ['secevent+jwt', 'a security event token (RFC 8417)'],
  ['token-introspection+jwt', 'an answer of an introspection endpoint (RFC 9701)'],
  ['oauth-authz-req+jwt', 'an authorization request (RFC 9101)'],
  ['jose', 'a JWS or JWE in compact serialization'],
])

const maxHeaderBytes = 4096
const maxKeyIdLength = 512

/** Members of a header in words. */
export function explainHeader(header: JsonObject, kind: 'signed' | 'encrypted'): readonly Member[] {
  return Object.entries(header).map(([name, value]) => ({ name, value, meaning: meaningOf(name, value, kind) }))
}

function meaningOf(name: string, value: unknown, kind: 'signed' | 'encrypted'): string {
  if (name === 'alg' && typeof value === 'string') {
    return kind === 'signed' ? signatureWords(value).words : keyManagementWords(value).words
  }
  if (name === 'enc' && typeof value === 'string') return contentEncryption.get(value)?.words ?? 'not known here'
  if (name === 'kid') return kind === 'signed' ? "names the key in the issuer's JWK Set" : "names the API's key"
  if (name === 'typ') return types.get(mediaType(value)) ?? 'a type that is not known here'
  if (name === 'cty') return `what is inside: ${types.get(mediaType(value)) ?? 'not known here'}`
  return Object.hasOwn(meanings, name) ? (meanings[name] ?? '') : ''
}

/** What is wrong with a header that both kinds of token can have. */
export function findInHeader(header: JsonObject, bytes: number, duplicates: readonly string[]): readonly Finding[] {
  const { alg, kid } = header
  const findings: Finding[] = []
  if (bytes > maxHeaderBytes) {
    findings.push(problem('header_too_large', `Its header has ${bytes} bytes; Sallyport takes 4,096.`))
  }
  for (const name of duplicates) {
    const message = `Its header names ${name} twice: two readers may each believe another one.`
    findings.push(problem('duplicate_member', message))
  }
  if (typeof alg !== 'string') findings.push(problem('alg_missing', 'Its header has no alg that is a string.'))
  if (Object.hasOwn(header, 'crit')) {
    const message = 'It asks for extensions (crit): whoever does not understand them must refuse it (RFC 7515 §4.1.11).'
    findings.push(problem('crit', message))
  }
  if (Object.hasOwn(header, 'b64') && header['b64'] !== true) {
    findings.push(problem('b64', 'Its payload is not encoded (b64, RFC 7797): a JWT may not do that.'))
  }
  return [...findings, ...findKeyId(kid), ...findOfferedKeys(header)]
}

function findKeyId(kid: unknown): readonly Finding[] {
  if (kid === undefined) {
    const message = 'It names no key (kid): a resource server has to try every key that fits.'
    return [warning('kid_missing', message, 'Let the issuer write the kid of its key.')]
  }
  if (typeof kid !== 'string' || kid.length > maxKeyIdLength) {
    return [problem('kid_invalid', 'Its kid is not a string of at most 512 characters.')]
  }
  if (/\.\.[/\\]|['"`;|&$<>\0]|\s--|^\//.test(kid)) {
    const message = 'Its kid looks like a path, a query or a command: careless verifiers were tricked by such.'
    return [warning('kid_suspicious', message, 'Look a kid up by equality only, never in a path or a query.')]
  }
  return []
}

/** RFC 8725 §3.10 */
function findOfferedKeys(header: JsonObject): readonly Finding[] {
  return ['jku', 'x5u', 'jwk', 'x5c']
    .filter((name) => Object.hasOwn(header, name))
    .map((name) => {
      const message = `It brings its own key along (${name}): a forger would do that too.`
      return warning('key_offered', message, `Never choose or fetch a key by ${name}; Sallyport does not read it.`)
    })
}

/** JOSE-14, CLAIM-7: what the token says it is. */
export function findInType(header: JsonObject): readonly Finding[] {
  const { typ } = header
  if (typ === undefined || mediaType(typ) === 'jwt') {
    const said = typ === undefined ? 'has no typ' : 'only says typ JWT'
    const message = `It ${said}: an ID token and other JWTs of the same issuer look alike. RFC 9068 wants at+jwt.`
    return [note('typ_not_access_token', message, 'With profile rfc9068 Sallyport refuses it.')]
  }
  const type = mediaType(typ)
  if (type === 'at+jwt') return []
  const what = types.get(type) ?? 'of a type that is not known here'
  return [problem('typ_refused', `It is no access token by its typ: it is ${what}.`)]
}

/** One spelling: lower case, without `application/` (RFC 7515 §4.1.9). */
export function mediaType(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase().replace(/^application\//, '') : ''
}
