import { createHmac, createPublicKey } from 'node:crypto'
import type { VerifierOptions } from '@sallyport/core'
import { compact } from '../world/compact.ts'
import { decryptionOptions, encryptFor } from '../world/encryption.ts'
import { audience, issuer, otherIssuer, type World } from '../world/world.ts'

interface ApiUnderAttack {
  /** What its users would write. */
  readonly options: (world: World) => VerifierOptions
  /** A token that it takes. */
  readonly goodToken: (world: World) => string | Promise<string>
}

const signed = ({ token }: World) => token()
const encrypted = ({ token }: World) => encryptFor('ECDH-ES', token())

/** The protected APIs. */
export const apis = {
  /** Keys given as a document, some of them unfit. */
  standard: { options: ({ keys }) => ({ issuer, audience, jwks: { keys: keys.published } }), goodToken: signed },
  /** The same keys, found by discovery over the network. */
  discovered: {
    options: ({ authorizationServer: { metadataUrl } }) => ({ issuer, audience, metadataUrl }),
    goodToken: signed,
  },
  /** Encrypted access tokens too. */
  encrypted: {
    options: ({ keys }) => ({ issuer, audience, jwks: { keys: keys.usable }, decryption: decryptionOptions() }),
    goodToken: encrypted,
  },
  /** Encrypted access tokens only. */
  encryptedOnly: {
    options: ({ keys }) => ({
      issuer,
      audience,
      jwks: { keys: keys.usable },
      decryption: { ...decryptionOptions(), required: true },
    }),
    goodToken: encrypted,
  },
  /** The token in a cookie too, as a browser sends it. */
  cookie: {
    options: ({ keys }) => ({ issuer, audience, jwks: { keys: keys.usable }, cookie: '__Host-access' }),
    goodToken: signed,
  },
  /** Exactly what RFC 9068 asks for. */
  rfc9068: {
    options: ({ keys }) => ({ issuer, audience, jwks: { keys: keys.usable }, profile: 'rfc9068' }),
    goodToken: signed,
  },
  /** One public key, as PEM. */
  pem: {
    options: ({ keys }) => ({
      issuer,
      audience,
      publicKey: createPublicKey(keys.rsa.privateKey).export({ type: 'spki', format: 'pem' }) as string,
      algorithm: 'RS256',
    }),
    goodToken: ({ token, keys }) => token({ key: keys.rsa }),
  },
  /** A secret shared with the issuer. */
  secret: {
    options: ({ keys }) => ({ issuer, audience, secret: keys.secret, algorithm: 'HS256' }),
    goodToken: ({ claims, keys }) =>
      compact({ alg: 'HS256', typ: 'at+jwt' }, claims(), (input) =>
        createHmac('sha256', keys.secret).update(input).digest(),
      ),
  },
  /** Two issuers, each with its own keys and audience. */
  tenants: {
    options: ({ keys }) => ({
      issuers: [
        { issuer, audience, jwks: { keys: keys.usable } },
        { issuer: otherIssuer, audience: `${audience}/other`, jwks: { keys: [keys.other.publicJwk] } },
      ],
    }),
    goodToken: signed,
  },
} as const satisfies Readonly<Record<string, ApiUnderAttack>>

export type ApiName = keyof typeof apis

export const apiNames = Object.keys(apis) as readonly ApiName[]
