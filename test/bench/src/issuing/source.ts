import { generateKeyPairSync } from 'node:crypto'
import type { EncryptionForm, SignatureAlgorithm } from '../situation.ts'
import { audience, issuer, subjectOf } from '../tokens/claims.ts'
import { makeEncryptionKey } from '../tokens/encryption.ts'
import type { TokenSource } from '../tokens/token-source.ts'
import type { IssuingSituation } from './issuing.ts'

export type IssuedAlgorithm = Extract<SignatureAlgorithm, 'RS256' | 'PS256' | 'ES256' | 'EdDSA'>

/** Subjects instead of tokens, and a key to sign with. RSA has 2048 bits. */
export function makeSubjectSource(alg: IssuedAlgorithm, encryption?: EncryptionForm): TokenSource {
  const kid = `${alg.toLowerCase()}-2026-11`
  const { privateKey, publicKey } = makePair(alg)
  const situation: IssuingSituation = {
    issuer,
    audience,
    alg,
    kid,
    signingKey: { ...privateKey.export({ format: 'jwk' }), kid, alg },
    verificationKey: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    encryption: encryption && { ...encryption, decryptionKey: makeEncryptionKey(encryption).decryptionKey },
    repetition: 'distinct',
  }
  return {
    situation,
    mint: async (count) => {
      const subjects = Array.from({ length: count }, (_, index) => subjectOf(index))
      return { tokens: subjects, subjects }
    },
    mintWrong: async () => [],
  }
}

function makePair(alg: IssuedAlgorithm) {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 })
}
