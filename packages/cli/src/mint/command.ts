import { type ContentEncryption, createIssuer, type EncryptionRecipient, type JWK } from '@sallyport/issuer'
import { withOwnNames } from '../configuration-failure.ts'
import { usageFailure } from '../failure.ts'
import { readJwkFile } from '../files/index.ts'
import { describeDuration } from '../moments.ts'
import { requireRingFile, type SecretOptions } from '../keys/index.ts'
import type { Outcome } from '../outcome.ts'
import type { Surroundings } from '../surroundings.ts'
import { readClaims } from './claims.ts'

export interface MintOptions {
  /** File with the issuer's private key. */
  readonly key?: string | undefined
  /** File with the issuer's key ring, instead. */
  readonly ring?: string | undefined
  readonly secretFile?: string | undefined
  readonly issuer: string
  readonly audience: readonly string[]
  readonly subject: string
  readonly clientId?: string | undefined
  readonly scope?: readonly string[] | undefined
  /** JSON, or `@file`. */
  readonly claims?: string | undefined
  /** Seconds. */
  readonly lifetime?: number | undefined
  /** File with the API's public key, or with the secret that it shares with the issuer. */
  readonly encryptFor?: string | undefined
  readonly enc?: ContentEncryption | undefined
}

/** The options of the issuer, by the names that they have here. */
const ownNames = {
  issuer: '--issuer',
  keys: '--key',
  audience: '--audience',
  subject: '--subject',
  clientId: '--client-id',
  scope: '--scope',
  claims: '--claims',
  lifetimeSeconds: '--lifetime',
  encryptFor: '--encrypt-for',
}

/** `sallyport mint` */
export async function mint(options: MintOptions, env: Surroundings['env']): Promise<Outcome> {
  const {
    issuer: name,
    audience,
    subject,
    clientId = 'sallyport-cli',
    scope,
    lifetime: lifetimeSeconds = 300,
  } = options
  const key = await readSigningKey(options, env)
  const encryptFor = await readRecipient(options)
  const claims = await readClaims(options.claims)
  const aud = audience.length === 1 ? (audience[0] ?? '') : audience
  const token = await withOwnNames(ownNames, async () => {
    const issuer = await createIssuer({ issuer: name, keys: [key] })
    return issuer.issueAccessToken({ subject, clientId, audience: aud, scope, claims, lifetimeSeconds, encryptFor })
  })
  const bytes = Buffer.byteLength(token)
  return {
    report: { token, bytes, keyId: key.kid, lifetimeSeconds, encrypted: encryptFor !== undefined },
    page: [],
    bare: token,
    verdict: 'good',
    hints: [`${bytes.toLocaleString('en')} bytes, good for ${describeDuration(lifetimeSeconds)}.`],
  }
}

async function readSigningKey({ key: path, ring, secretFile }: MintOptions, env: Surroundings['env']): Promise<JWK> {
  if ((path === undefined) === (ring === undefined)) {
    throw usageFailure('Give the key that signs: --key or --ring.', 'sallyport keys generate makes one.')
  }
  if (path === undefined) return readRingKey(ring ?? '', { secretFile, env })
  const [key] = await readJwkFile(path, '--key')
  if (key?.d !== undefined) return key
  throw usageFailure(`--key: ${path} has a public key first.`, 'Only the private half of a key signs.')
}

async function readRingKey(path: string, secret: SecretOptions): Promise<JWK> {
  const { use, keys } = await requireRingFile(path, secret)
  const jwk = keys.find(({ state }) => state === 'current')?.jwk
  if (use !== 'sig') throw usageFailure(`--ring: ${path} has keys for decryption.`)
  if (jwk?.d !== undefined) return jwk
  throw usageFailure(`--ring: ${path} has no private key: a key management service has it.`)
}

async function readRecipient({ encryptFor, enc }: MintOptions): Promise<EncryptionRecipient | undefined> {
  if (encryptFor === undefined) {
    if (enc === undefined) return undefined
    throw usageFailure('--enc: there is nothing to encrypt without --encrypt-for.')
  }
  const keys = await readJwkFile(encryptFor, '--encrypt-for')
  const key = keys.find(({ use }) => use === 'enc') ?? keys[0]
  return key === undefined ? undefined : { key, enc }
}
