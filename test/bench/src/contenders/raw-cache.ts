import { type CreateContender, subjectOfClaims } from './contender.ts'
import { createRawJws } from './raw-jws.ts'

interface Verdict {
  readonly token: string
  readonly claims: Record<string, unknown>
  readonly expiresAt: number
}

/** The last characters of a token are as good as random. */
const keyLength = 43

/** A cache that could not do less: its key is the token's end, and the whole token is compared. It is not bounded. */
export const create: CreateContender = async (situation) => {
  if (situation.encryption !== undefined || situation.repetition === 'distinct') return undefined
  const { read, verifySignature, checkClaims } = createRawJws(situation, 'known')
  const verdicts = new Map<string, Verdict>()
  return {
    subjectOf: subjectOfClaims,
    verify: (token) => {
      const known = verdicts.get(token.slice(-keyLength))
      if (known !== undefined && known.token === token && Date.now() / 1000 < known.expiresAt) return known.claims
      const jws = read(token)
      if (!verifySignature(jws)) throw new Error('signature')
      checkClaims(jws.claims)
      verdicts.set(token.slice(-keyLength), { token, claims: jws.claims, expiresAt: Number(jws.claims['exp']) })
      return jws.claims
    },
  }
}
