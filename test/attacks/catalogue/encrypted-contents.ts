import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Attack } from '../attack.ts'
import { compact, segmentsOf } from '../world/compact.ts'
import { encryptFor } from '../world/encryption.ts'
import type { World } from '../world/world.ts'

type Content = readonly [
  name: string,
  code: AccessTokenErrorCode,
  source: string,
  proves: string,
  content: (world: World) => string | Promise<string>,
]

const contents: readonly Content[] = [
  [
    'a bare claims set',
    'not_signed',
    'RFC 7519 §11.2, RFC 8725 §2.3, CVE-2023-51774',
    'JWE-7',
    ({ claims }) => JSON.stringify(claims()),
  ],
  [
    'an unsigned token (alg none)',
    'algorithm_refused',
    'RFC 8725 §2.1',
    'JOSE-4',
    ({ claims }) => compact({ alg: 'none', typ: 'at+jwt' }, claims(), () => Buffer.alloc(0)),
  ],
  [
    'a token signed by a stranger',
    'signature_invalid',
    'RFC 8725 §3.3',
    'JWE-7',
    ({ token, keys }) => token({ key: keys.stranger, header: { kid: 'ec' } }),
  ],
  [
    'another encrypted token',
    'token_malformed',
    'RFC 7519 §7.2, which ends nesting nowhere',
    'JWE-7',
    ({ token }) => encryptFor('ECDH-ES', token()),
  ],
  [
    'a signed token around a signed token',
    'token_malformed',
    'RFC 7519 §7.2',
    'JWE-7',
    ({ token, keys }) => compact({ alg: 'ES256', kid: 'ec', cty: 'JWT' }, token(), keys.ec.sign),
  ],
  ['a signed token after white space', 'token_malformed', 'RFC 7515 §7.1', 'JOSE-2', ({ token }) => ` ${token()}`],
  [
    'JSON serialization',
    'not_signed',
    'RFC 7515 §7.2',
    'JOSE-1',
    ({ token }) => {
      const [header, payload, signature] = segmentsOf(token())
      return JSON.stringify({ protected: header, payload, signature })
    },
  ],
  [
    'a DPoP proof',
    'token_type_refused',
    'RFC 8725 §3.12',
    'CLAIM-7',
    ({ token }) => token({ header: { typ: 'dpop+jwt' } }),
  ],
  ['a text that is no token', 'token_malformed', 'RFC 7519 §7.2', 'JWE-7', () => 'claims'],
  ['nothing', 'token_malformed', 'RFC 7519 §7.2', 'JWE-7', () => ''],
  ['an expired token', 'token_expired', 'RFC 7519 §4.1.4', 'CLAIM-3', ({ token }) => token({ claims: { exp: 1 } })],
  [
    'a token for another audience',
    'audience_refused',
    'RFC 7519 §4.1.3',
    'CLAIM-2',
    ({ token }) => token({ claims: { aud: 'https://evil.example' } }),
  ],
]

/** What anybody can encrypt for the API's public key. */
export const encryptedContents: readonly Attack[] = contents.map(([name, code, source, proves, content]): Attack => ({
  name: `an encrypted token that holds ${name}`,
  attacker: "Encrypts for the API's public key, which anybody can, and hopes that encryption counts as a signature.",
  source,
  proves: [proves],
  api: 'encrypted',
  expected: [401, code],
  token: async (world) => encryptFor('ECDH-ES', await content(world)),
}))
