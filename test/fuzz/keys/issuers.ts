import { type JsonWebKey, type KeyObject } from 'node:crypto'
import type { PublicKeyAlgorithm, SecretAlgorithm } from '@sallyport/core'
import { deriveBytes } from './derive.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, makeSecret, publicJwkOf, type SigningKey } from './signing-key.ts'

/** A key as an issuer uses it. */
export interface IssuerKey {
  readonly key: SigningKey
  /** `undefined` where the issuer's tokens carry none. */
  readonly kid: string | undefined
  /** The `alg` that the key is published with. */
  readonly alg: string | undefined
}

/** An authorization server of the fuzzer's world. */
export interface FuzzIssuer {
  readonly name: string
  readonly audience: readonly string[] | undefined
  readonly algorithms: readonly string[]
  readonly keys: readonly IssuerKey[]
  /** How a verifier is given the keys. */
  readonly given:
    | { readonly jwks: { readonly keys: readonly JsonWebKey[] } }
    | { readonly publicKey: KeyObject; readonly algorithm: PublicKeyAlgorithm }
    | { readonly secret: Buffer; readonly algorithm: SecretAlgorithm }
}

export const audience = 'https://api.example'

const defaultAlgorithms = [
  ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
].flat()

function published(keys: readonly IssuerKey[], others: readonly JsonWebKey[] = []) {
  const jwks = keys.map(({ key, kid, alg }) =>
    publicJwkOf(key, { ...(kid === undefined ? {} : { kid }), ...(alg === undefined ? {} : { alg }) }),
  )
  return { jwks: { keys: [...jwks, ...others] } }
}

function publishing(name: string, keys: readonly IssuerKey[], others: readonly JsonWebKey[] = []): FuzzIssuer {
  return { name, audience: [audience], algorithms: defaultAlgorithms, keys, given: published(keys, others) }
}

const entry = (key: SigningKey, alg?: string, kid: string | undefined = key.name): IssuerKey => ({ key, kid, alg })

const rsaB = makeRsaKey('b-rsa')

/** Has a key of every kind, and in its set some that are not for signatures, or not for everybody. */
export const issuerA = publishing(
  'https://a.example',
  [
    entry(makeRsaKey('a-rsa')),
    entry(makeRsaKey('a-rs256'), 'RS256'),
    entry(makeEcKey('a-p256', 'P-256'), 'ES256'),
    entry(makeEcKey('a-p384', 'P-384')),
    entry(makeEcKey('a-p521', 'P-521')),
    entry(makeEd25519Key('a-ed25519')),
    entry(makeEcKey('a-shared', 'P-256'), undefined, 'shared'),
  ],
  [
    { kty: 'oct', kid: 'a-oct', k: deriveBytes('a-oct', 32).toString('base64url') },
    publicJwkOf(makeEcKey('a-encryption', 'P-256'), { kid: 'a-encryption', use: 'enc' }),
  ],
)

/** Has other keys, one of them under a key id of A. */
const issuerB = publishing('https://b.example', [
  entry(rsaB),
  entry(makeEcKey('b-p256', 'P-256')),
  entry(makeEd25519Key('b-ed25519'), 'EdDSA'),
  entry(makeEcKey('b-shared', 'P-256'), undefined, 'shared'),
])

function sharingSecret(name: string, algorithm: SecretAlgorithm, length: number): FuzzIssuer {
  const key = makeSecret(name, length, algorithm)
  const given = { secret: key.privateKey.export(), algorithm }
  return { name, audience: [audience], algorithms: [algorithm], keys: [entry(key, algorithm)], given }
}

const keyE = { ...rsaB, algorithms: ['PS256'] }

/** Every issuer that some verifier accepts. */
export const issuers: readonly FuzzIssuer[] = [
  issuerA,
  issuerB,
  sharingSecret('https://hs256.example', 'HS256', 32),
  sharingSecret('https://hs384.example', 'HS384', 48),
  sharingSecret('https://hs512.example', 'HS512', 64),
  {
    ...publishing('https://es256k.example', [entry(makeEcKey('d-secp256k1', 'secp256k1'), 'ES256K')]),
    algorithms: ['ES256K'],
  },
  {
    name: 'https://pem.example',
    audience: ['https://api.example', 'https://other-api.example'],
    algorithms: ['PS256'],
    keys: [entry(keyE, 'PS256')],
    given: { publicKey: rsaB.publicKey!, algorithm: 'PS256' },
  },
  // JOSE-9: more keys without a key id than may be tried, and few enough.
  publishing('https://many.example', [
    ...Array.from({ length: 6 }, (_, index) => ({
      key: makeEcKey(`many-p256-${index}`, 'P-256'),
      kid: undefined,
      alg: undefined,
    })),
    ...Array.from({ length: 4 }, (_, index) => ({
      key: makeEd25519Key(`many-ed25519-${index}`),
      kid: undefined,
      alg: undefined,
    })),
  ]),
  {
    ...publishing('https://any-audience.example', [entry(makeEd25519Key('any-ed25519'))]),
    audience: undefined,
  },
]

/** Nobody's keys: what an attacker signs with. */
export const attackerKeys: readonly SigningKey[] = [
  makeEcKey('attacker-p256', 'P-256'),
  makeEcKey('attacker-p384', 'P-384'),
  makeEd25519Key('attacker-ed25519'),
]
