import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { VerifierOptions } from '@sallyport/core'
import type { Misconfiguration } from '../attack.ts'
import { decryptionKeys } from '../world/encryption.ts'
import { audience, issuer, otherIssuer, type World } from '../world/world.ts'

const base = { issuer, audience }
const spki = (key: KeyObject, format: 'pem' | 'der') =>
  createPublicKey(key).export({ type: 'spki', format } as never) as string | Buffer
const pem = ({ keys }: World) => spki(keys.rsa.privateKey, 'pem') as string
const jwk = ({ keys }: World) => JSON.stringify(keys.rsa.publicJwk)

const publicSecrets: readonly (readonly [name: string, secret: (world: World) => string | Uint8Array | KeyObject])[] = [
  ['PEM', pem],
  ['PEM after white space', (world) => `\n\t ${pem(world)}`],
  ['PEM after a byte order mark', (world) => `\ufeff${pem(world)}`],
  ['PEM in one line', (world) => pem(world).replaceAll('\n', ' ')],
  [
    'PEM of PKCS #1',
    ({ keys }) => createPublicKey(keys.rsa.privateKey).export({ type: 'pkcs1', format: 'pem' }) as string,
  ],
  ['PEM of an EC key', ({ keys }) => spki(keys.ec.privateKey, 'pem')],
  ['PEM as bytes', (world) => Buffer.from(pem(world))],
  ['PEM as a KeyObject', (world) => createSecretKey(Buffer.from(pem(world)))],
  ['DER', ({ keys }) => spki(keys.rsa.privateKey, 'der')],
  ['DER of an Ed25519 key', ({ keys }) => spki(keys.ed.privateKey, 'der')],
  ['base64 of DER', ({ keys }) => (spki(keys.rsa.privateKey, 'der') as Buffer).toString('base64')],
  ['JWK', jwk],
  ['JWK after white space', (world) => ` \n${jwk(world)}`],
  ['JWK Set', (world) => `{"keys":[${jwk(world)}]}`],
]

/** Options from JavaScript, where nothing holds them to their types. */
const untyped = (options: object) => options as VerifierOptions

/** Configurations that would open the door: made nowhere but in the users' own code, so they must fail at start-up. */
export const misconfigurations: readonly Misconfiguration[] = [
  ...publicSecrets.map(([name, secret]): Misconfiguration => ({
    name: `a secret that is a public key as ${name}`,
    attacker: 'Signs HS256 with the public key, which everybody knows.',
    source: 'CVE-2023-48223, CVE-2026-34950 (GHSA-mvf2-f6gm-w987), CVE-2022-29217, CVE-2017-11424',
    proves: ['JOSE-5'],
    options: (world) => ({ ...base, secret: secret(world), algorithm: 'HS256' }),
    option: 'secret',
  })),
  {
    name: 'a secret shorter than the hash',
    attacker: 'Guesses the secret from one token.',
    source: 'RFC 7518 §3.2, RFC 8725 §2.2',
    proves: ['JOSE-5'],
    options: () => ({ ...base, secret: 'x'.repeat(31), algorithm: 'HS256' }),
    option: 'secret',
  },
  {
    name: 'an empty secret',
    attacker: 'Signs with nothing.',
    source: 'CVE-2022-23540',
    proves: ['JOSE-5'],
    options: () => ({ ...base, secret: '', algorithm: 'HS256' }),
    option: 'secret',
  },
  {
    name: 'a secret that is an object with a method toString',
    attacker: 'Has got an object into the configuration that runs its code, or is a secret that the attacker knows.',
    source: 'CVE-2022-23529',
    proves: ['JOSE-5'],
    options: () => untyped({ ...base, secret: { toString: () => 'x'.repeat(64) }, algorithm: 'HS256' }),
    option: 'secret',
  },
  {
    name: 'HS256 among the algorithms of a key set',
    attacker: 'Signs HS256 with whatever key is published.',
    source: 'CVE-2016-10555, CVE-2026-22817',
    proves: ['JOSE-5'],
    options: ({ keys }) => untyped({ ...base, jwks: { keys: keys.usable }, algorithms: ['RS256', 'HS256'] }),
    option: 'algorithms[1]',
  },
  {
    name: 'none among the algorithms',
    attacker: 'Signs nothing.',
    source: 'RFC 8725 §3.2',
    proves: ['JOSE-4'],
    options: ({ keys }) => untyped({ ...base, jwks: { keys: keys.usable }, algorithms: ['none'] }),
    option: 'algorithms[0]',
  },
  {
    name: 'an empty list of algorithms',
    attacker: 'Hopes that an empty list allows everything.',
    source: 'CVE-2020-15084, CVE-2022-23540',
    proves: ['JOSE-4'],
    options: ({ keys }) => ({ ...base, jwks: { keys: keys.usable }, algorithms: [] }),
    option: 'algorithms',
  },
  {
    name: 'a key set of secrets only',
    attacker: 'Reads the key set, and signs.',
    source: 'RFC 7517 §9.2',
    proves: ['JOSE-5'],
    options: () => ({ ...base, jwks: { keys: [{ kty: 'oct', k: 'A'.repeat(43), alg: 'HS256' }] } }),
    option: 'jwks',
  },
  {
    name: 'an RSA key for ES256',
    attacker: 'Uses a key with an algorithm that it is not for.',
    source: 'CVE-2022-23539',
    proves: ['JOSE-5'],
    options: (world) => ({ ...base, publicKey: pem(world), algorithm: 'ES256' }),
    option: 'publicKey',
  },
  {
    name: 'an RSA key of 1024 bits',
    attacker: 'Factors it.',
    source: 'RFC 7518 §3.3, CVE-2022-23539',
    proves: ['JOSE-11'],
    options: ({ keys }) => ({ ...base, publicKey: createPublicKey(keys.short.privateKey), algorithm: 'RS256' }),
    option: 'publicKey',
  },
  ...['dpop+jwt', 'application/logout+jwt', 'SECEVENT+JWT', 'token-introspection+jwt', 'oauth-authz-req+jwt'].map(
    (type): Misconfiguration => ({
      name: `the token type ${type}`,
      attacker: 'Uses a token that was made for something else.',
      source: 'RFC 8725 §3.12',
      proves: ['CLAIM-7'],
      options: ({ keys }) => ({ ...base, jwks: { keys: keys.usable }, tokenTypes: [type] }),
      option: 'tokenTypes[0]',
    }),
  ),
  {
    name: 'encrypted claims without a signature, for a public key',
    attacker: 'Encrypts claims for the API, as everybody can.',
    source: 'RFC 8725 §2.3, CVE-2023-51774',
    proves: ['JWE-7'],
    options: ({ keys }) => ({
      ...base,
      jwks: { keys: keys.usable },
      decryption: { keys: [decryptionKeys['ECDH-ES'].privateJwk as { readonly kty: string }], acceptUnsigned: true },
    }),
    option: 'decryption.acceptUnsigned',
  },
  ...['RSA1_5', 'PBES2-HS256+A128KW'].map((algorithm): Misconfiguration => ({
    name: `a decryption key for ${algorithm}`,
    attacker: 'Asks an oracle, or makes every refusal cost seconds.',
    source: 'RFC 8725 §3.2, CVE-2022-36083',
    proves: ['JWE-1'],
    options: ({ keys }) =>
      untyped({ ...base, jwks: { keys: keys.usable }, decryption: { keys: [{ key: Buffer.alloc(32), algorithm }] } }),
    option: 'decryption.keys[0].algorithm',
  })),
  {
    name: 'no audience',
    attacker: 'Uses a token that was made for another API.',
    source: 'RFC 9068 §4, RFC 8725 §3.9',
    proves: ['CLAIM-2'],
    options: ({ keys }) => untyped({ issuer, jwks: { keys: keys.usable } }),
    option: 'audience',
  },
  {
    name: 'an empty list of audiences',
    attacker: 'Hopes that an empty list means any.',
    source: 'CVE-2020-26160',
    proves: ['CLAIM-2'],
    options: ({ keys }) => ({ issuer, audience: [], jwks: { keys: keys.usable } }),
    option: 'audience',
  },
  {
    name: 'keys fetched over plain http',
    attacker: 'Sits between the API and the issuer, and answers with its own keys.',
    source: 'RFC 8414 §2, RFC 8725 §3.8',
    proves: ['KEYS-1'],
    options: () => ({ ...base, jwksUri: 'http://as.example/jwks' }),
    option: 'jwksUri',
  },
  {
    name: 'one issuer twice',
    attacker: 'Uses whichever of the two entries is laxer.',
    source: 'RFC 8725 §3.8',
    proves: ['CLAIM-1'],
    options: ({ keys }) => {
      const entry = { issuer: otherIssuer, audience, jwks: { keys: keys.usable } }
      return { issuers: [entry, entry] }
    },
    option: 'issuers[1].issuer',
  },
  {
    name: 'a misspelt option',
    attacker: 'Profits from a check that was asked for, and never made.',
    source: 'CWE-1188',
    proves: [],
    options: ({ keys }) => untyped({ ...base, jwks: { keys: keys.usable }, requireClaims: ['tenant'] }),
    option: 'requireClaims',
  },
  {
    name: 'a realm that would break the challenge',
    attacker: 'Has got text of its own into the configuration.',
    source: 'CWE-113, RFC 9110 §11.5',
    proves: ['CHAL-2'],
    options: ({ keys }) => ({ ...base, jwks: { keys: keys.usable }, realm: 'x", error="y\r\nSet-Cookie: pwned=1' }),
    option: 'realm',
  },
]
