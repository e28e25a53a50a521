import { type CreateContender, subjectOfClaims } from './contender.ts'
import { createRawJwe } from './raw-jwe.ts'
import { createRawJws } from './raw-jws.ts'

/** The bound: what has to be done with each token, by hand and nothing else. */
export const create: CreateContender = async (situation) => {
  const { read, verifySignature, checkClaims } = createRawJws(situation, 'parsed')
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
