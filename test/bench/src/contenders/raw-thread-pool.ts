import { verify } from 'node:crypto'
import { isSecretAlgorithm } from '../situation.ts'
import { type CreateContender, subjectOfClaims } from './contender.ts'
import { createRawJws, type RawJws, type ReadJws } from './raw-jws.ts'

/** What many verifications at once can gain: the signature is left to libuv's threads. */
export const create: CreateContender = async (situation) => {
  if (situation.encryption !== undefined || isSecretAlgorithm(situation.alg)) return undefined
  const raw = createRawJws(situation, 'known')
  return {
    subjectOf: subjectOfClaims,
    verify: async (token) => {
      const jws = raw.read(token)
      await verifyOffMainThread(raw, jws)
      raw.checkClaims(jws.claims)
      return jws.claims
    },
  }
}

function verifyOffMainThread({ hash, key }: RawJws, { input, signature }: ReadJws): Promise<void> {
  return new Promise((resolve, reject) => {
    verify(hash, input, key, signature, (error, isGood) => {
      if (isGood) resolve()
      else reject(error ?? new Error('signature'))
    })
  })
}
