import { createHmac, createPublicKey, type KeyObject } from 'node:crypto'
import type { Attack } from '../attack.ts'
import type { ApiName } from '../targets/apis.ts'
import { compact } from '../world/compact.ts'
import type { World } from '../world/world.ts'

type Form = readonly [name: string, secretOf: (privateKey: KeyObject, kid: string) => string | Buffer]

const pem = (type: 'spki' | 'pkcs1', key: KeyObject) => createPublicKey(key).export({ type, format: 'pem' }) as string
const der = (type: 'spki' | 'pkcs1', key: KeyObject) => createPublicKey(key).export({ type, format: 'der' })
const jwk = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' })

/** All forms in which the issuer's public key may lie about on the server, and everybody knows them. */
const forms: readonly Form[] = [
  ['PEM (SPKI)', (key) => pem('spki', key)],
  ['PEM (SPKI) without its last line break', (key) => pem('spki', key).trimEnd()],
  ['PEM (SPKI) after white space', (key) => `\n ${pem('spki', key)}`],
  ['PEM (SPKI) with CRLF', (key) => pem('spki', key).replaceAll('\n', '\r\n')],
  ['PEM (PKCS #1)', (key) => pem('pkcs1', key)],
  ['DER (SPKI)', (key) => der('spki', key)],
  ['DER (PKCS #1)', (key) => der('pkcs1', key)],
  ['DER (SPKI) as base64', (key) => der('spki', key).toString('base64')],
  ['JWK', (key) => JSON.stringify(jwk(key))],
  ['JWK as published', (key, kid) => JSON.stringify({ ...jwk(key), kid, alg: 'RS256', use: 'sig' })],
  ['modulus', (key) => Buffer.from(jwk(key).n!, 'base64url')],
  ['empty secret', () => ''],
]

const hmac = (bits: number, secret: string | Buffer) => (input: string) =>
  createHmac(`sha${bits}`, secret).update(input).digest()

function confused(api: ApiName, [form, secretOf]: Form, bits = 256): Attack {
  return {
    name: `an HS${bits} token whose secret is the public key as ${form}, at the API "${api}"`,
    attacker: 'Takes the public key, which is no secret, as the secret of an HMAC, and lets alg say so.',
    source: 'RFC 8725 §2.1, CVE-2016-10555, CVE-2022-29217, CVE-2023-48223, CVE-2026-34950',
    proves: ['JOSE-4', 'JOSE-5'],
    api,
    expected: [401, 'algorithm_refused'],
    token: ({ claims, keys: { rsa } }: World) =>
      compact(
        { alg: `HS${bits}`, typ: 'at+jwt', kid: rsa.kid },
        claims(),
        hmac(bits, secretOf(rsa.privateKey, rsa.kid)),
      ),
  }
}

/** Tokens that make the verifier use a key for something else than it is. */
export const algorithmConfusion: readonly Attack[] = [
  ...(['standard', 'pem'] as const).flatMap((api) => forms.map((form) => confused(api, form))),
  confused('discovered', forms[0]!),
  confused('pem', forms[0]!, 384),
  confused('pem', forms[0]!, 512),
  {
    name: 'an HS256 token signed with the published secret',
    attacker: 'Signs with an oct key that the issuer put into its key set by mistake.',
    source: 'CVE-2026-22817, CVE-2026-22818, RFC 7517 §9.2',
    proves: ['JOSE-5'],
    expected: [401, 'algorithm_refused'],
    token: ({ claims, keys }) =>
      compact({ alg: 'HS256', typ: 'at+jwt', kid: 'published-secret' }, claims(), hmac(256, keys.publishedSecret)),
  },
  {
    name: 'an RS256 token at an API that shares a secret',
    attacker: 'Signs with an RSA key of its own, and hopes that the secret is read as a public key.',
    source: 'CVE-2022-23541',
    proves: ['JOSE-4'],
    api: 'secret',
    expected: [401, 'algorithm_refused'],
    token: ({ token, keys }) => token({ key: keys.strangerRsa }),
  },
  {
    name: 'an HS512 token at an API that shares an HS256 secret',
    attacker: 'Uses the secret for another hash than it was given for.',
    source: 'RFC 8725 §3.1',
    proves: ['JOSE-4'],
    api: 'secret',
    expected: [401, 'algorithm_refused'],
    token: ({ claims, keys }) => compact({ alg: 'HS512', typ: 'at+jwt' }, claims(), hmac(512, keys.secret)),
  },
  {
    name: 'an HS256 token whose MAC is cut to half',
    attacker: 'Sends 16 bytes of the MAC, which are quicker to guess.',
    source: 'RFC 7518 §3.2, CVE-2020-28042',
    proves: ['JOSE-10'],
    api: 'secret',
    expected: [401, 'signature_invalid'],
    token: ({ claims, keys }) =>
      compact({ alg: 'HS256', typ: 'at+jwt' }, claims(), (input) => hmac(256, keys.secret)(input).subarray(0, 16)),
  },
  {
    name: 'an ES256 signature under the header of an RSA key',
    attacker: 'Names the kid of an RSA key, with alg ES256 and a signature of its own.',
    source: 'RFC 8725 §3.1, CVE-2022-23539',
    proves: ['JOSE-5'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: keys.stranger, header: { kid: keys.rsa.kid } }),
  },
  {
    name: 'a key for PS256 used with RS256',
    attacker: 'Has found a signing service that makes PKCS #1 v1.5 signatures with a key that is for PSS.',
    source: 'RFC 7517 §4.4, RFC 8725 §3.1',
    proves: ['JOSE-5'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: { ...keys.rsa, alg: 'RS256' }, header: { kid: keys.pss.kid } }),
  },
  {
    name: 'an RS256 signature under a header that says PS256',
    attacker: 'Keeps the signature, changes alg, and hopes that the padding is not told apart.',
    source: 'RFC 7518 §3.5',
    proves: ['JOSE-5'],
    expected: [401, 'signature_invalid'],
    token: ({ claims, keys: { plain } }) =>
      compact({ alg: 'PS256', typ: 'at+jwt', kid: 'plain' }, claims(), plain.sign),
  },
  {
    name: 'an ES384 token under the kid of a P-256 key',
    attacker: 'Mixes curves: the algorithm of one, the key of another.',
    source: 'RFC 7518 §3.4',
    proves: ['JOSE-5'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: keys.ec384, header: { kid: keys.ec.kid } }),
  },
  {
    name: 'a token of a key whose use is enc',
    attacker: "Has the private key of the issuer's encryption key, which is kept less carefully.",
    source: 'RFC 7517 §4.2',
    proves: ['JOSE-5'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: keys.forEncryption }),
  },
  {
    name: 'a token of a key whose key_ops lack verify',
    attacker: 'Signs with a key that is published for something else.',
    source: 'RFC 7517 §4.3',
    proves: ['JOSE-5'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: keys.forSigning }),
  },
  {
    name: 'a token signed with ES256K, which nobody allowed',
    attacker: 'Uses a curve that only some need, because a key of it is published.',
    source: 'RFC 8812 §3.2',
    proves: ['JOSE-4'],
    expected: [401, 'algorithm_refused'],
    token: ({ token, keys }) => token({ key: keys.koblitz }),
  },
]
