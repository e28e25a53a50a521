import { checkOneOf } from './checks.ts'
import { IssuerConfigurationError, kindOf, quoted } from './configuration-error.ts'
import { importExternalKey, isExternalKey } from './external-key.ts'
import { type SigningAlgorithm, signingAlgorithmNames } from './signing-algorithms.ts'
import {
  generateSigningKey,
  type ImportedKey,
  importSigningKey,
  type PublishedJwk,
  type Signer,
} from './signing-key.ts'

/** An issuer's keys: the one that signs, and all that are published. */
interface SigningKeys {
  readonly signer: Signer
  readonly published: readonly PublishedJwk[]
}

/**
 * Imports the configured keys, or makes one where there is none.
 *
 * @throws IssuerConfigurationError
 */
export async function loadSigningKeys(keys: unknown, algorithm: unknown = 'ES256'): Promise<SigningKeys> {
  const alg = checkOneOf(algorithm, signingAlgorithmNames, 'algorithm')
  const given: unknown = keys ?? [await generateSigningKey(alg)]
  if (!Array.isArray(given) || given.length === 0) {
    throw new IssuerConfigurationError('keys', kindOf(given), 'an array of keys, the first of which can sign')
  }
  const imported: ImportedKey[] = []
  for (const [index, jwk] of given.entries()) {
    const key = await importKey(jwk, alg, `keys[${index}]`)
    if (imported.some(({ publicJwk }) => publicJwk.kid === key.publicJwk.kid)) {
      const takes = 'a kid that no other key has: resource servers find keys by it'
      throw new IssuerConfigurationError(`keys[${index}].kid`, quoted(key.publicJwk.kid), takes)
    }
    imported.push(key)
  }
  const signer = imported[0]?.signer
  if (signer === undefined) throw new IssuerConfigurationError('keys[0]', 'a public key', 'a private one, which signs')
  return { signer, published: imported.map(({ publicJwk }) => publicJwk) }
}

async function importKey(given: unknown, algorithm: SigningAlgorithm, option: string): Promise<ImportedKey> {
  if (!isExternalKey(given)) return importSigningKey(given, algorithm, option)
  const signer = await importExternalKey(given, option)
  return { publicJwk: signer.publicJwk, signer }
}
