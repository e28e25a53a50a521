import { type CreateContender, subjectOfClaims } from './contender.ts'
import { createRawJwe } from './raw-jwe.ts'
import { createRawJws } from './raw-jws.ts'

/** The bound once more, with the issuer's one header remembered instead of parsed. */
export const create: CreateContender = async (situation) => {
  const { read, verifySignature, checkClaims } = createRawJws(situation, 'known')
  const open = createRawJwe(situation)
  return {
    subjectOf: subjectOfClaims,
    verify: (token) => {
      const jws = read(open(token))
      if (!verifySignature(jws)) throw new Error('signature')
      checkClaims(jws.claims)
      return jws.claims
    },
  }
}
