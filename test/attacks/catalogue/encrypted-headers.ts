import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Attack } from '../attack.ts'
import type { Members } from '../world/compact.ts'
import { directHeader, encryptDirectly } from '../world/encryption.ts'
import { audience } from '../world/world.ts'

type HeaderChange = readonly [
  name: string,
  code: AccessTokenErrorCode,
  source: string,
  proves: readonly string[],
  header: Members,
]

const headers: readonly HeaderChange[] = [
  ['zip DEF', 'algorithm_refused', 'RFC 8725 §3.6', ['JWE-2'], { zip: 'DEF' }],
  ['an empty zip', 'algorithm_refused', 'RFC 7516 §4.1.3', ['JWE-2'], { zip: '' }],
  ['zip null', 'algorithm_refused', 'RFC 7516 §4.1.3', ['JWE-2'], { zip: null }],
  ['zip none', 'algorithm_refused', 'RFC 7516 §4.1.3', ['JWE-2'], { zip: 'none' }],
  ['crit', 'token_malformed', 'RFC 7516 §4.1.13', ['JOSE-7'], { crit: ['zip'] }],
  ['an enc that does not exist', 'algorithm_refused', 'RFC 7516 §4.1.2', ['JWE-1'], { enc: 'A256CBC+HS512' }],
  ['an enc in small letters', 'algorithm_refused', 'RFC 7516 §4.1.2', ['JWE-1'], { enc: 'a256gcm' }],
  ['an enc named like an inherited property', 'algorithm_refused', 'CWE-1321', ['JWE-1'], { enc: 'constructor' }],
  ['an enc that is an array', 'token_malformed', 'RFC 7516 §4.1.2', ['JWE-1'], { enc: ['A256GCM'] }],
  ['no enc', 'token_malformed', 'RFC 7516 §4.1.2', ['JWE-1'], { enc: undefined }],
  ['alg none', 'algorithm_refused', 'RFC 8725 §2.1', ['JWE-1'], { alg: 'none' }],
  ['alg A256KW for a key that is for dir', 'algorithm_refused', 'RFC 8725 §3.1', ['JWE-1'], { alg: 'A256KW' }],
  ['a cty that is no token', 'token_type_refused', 'RFC 7519 §5.2', ['JWE-8'], { cty: 'json' }],
  ['a kid of no key', 'decryption_failed', 'RFC 7516 §4.1.6', ['JWE-11'], { kid: 'unknown' }],
  ['a kid of another key', 'decryption_failed', 'RFC 7516 §4.1.6', ['JWE-11'], { kid: 'ECDH-ES' }],
  ['an iss that is not the one inside', 'claim_invalid', 'RFC 7519 §5.3', ['JWE-9'], { iss: 'https://evil.example' }],
  ['a sub that is not the one inside', 'claim_invalid', 'RFC 7519 §5.3', ['JWE-9'], { sub: 'admin' }],
  ['an aud that is an array of the one inside', 'claim_invalid', 'RFC 7519 §5.3', ['JWE-9'], { aud: [audience] }],
]

/** Headers over a good content that say something else than it, or something that nobody should do. */
export const encryptedHeaders: readonly Attack[] = headers.map(([name, code, source, proves, header]): Attack => ({
  name: `an encrypted token with ${name}`,
  attacker: 'Knows what the header may say, and says something else over a good content.',
  source,
  proves,
  api: 'encrypted',
  expected: [401, code],
  token: ({ token }) => encryptDirectly(token(), { ...directHeader, ...header }),
}))
