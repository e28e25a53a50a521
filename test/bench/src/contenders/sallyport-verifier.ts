import { type Authentication, type CacheOptions, createVerifier, type Verifier } from '@sallyport/core'
import { isSecretAlgorithm, type Situation } from '../situation.ts'
import type { Contender } from './contender.ts'

/** A verifier as its users would make it. */
export function createSituationVerifier(situation: Situation, cache: CacheOptions | false | undefined): Verifier {
  const { issuer, audience, alg, verificationKey, encryption } = situation
  const common = {
    issuer,
    audience,
    cache,
    decryption: encryption && { keys: [encryption.decryptionKey] },
  }
  if (isSecretAlgorithm(alg)) {
    const secret = Buffer.from(verificationKey.k ?? '', 'base64url')
    return createVerifier({ ...common, secret, algorithm: alg })
  }
  return createVerifier({ ...common, jwks: { keys: [verificationKey as never] } })
}

export function createSallyport(situation: Situation, cache: CacheOptions | false | undefined): Contender {
  const verifier = createSituationVerifier(situation, cache)
  return {
    verify: (token) => verifier.verify(token),
    subjectOf: (authentication) => (authentication as Authentication).subject,
  }
}
