import { type AccessTokenErrorCode, createVerifier, type VerifierOptions } from '../index.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, type Members, mint, mintRaw } from '../mint.test.support.ts'

const key = makeKey('ES256')

/** Options of a verifier for the tokens that `mintWith` makes. */
export const baseOptions = { issuer, audience, jwks: { keys: [key.publicJwk] } } as const

export const verifierWith = (options: Partial<VerifierOptions> = {}) =>
  createVerifier({ ...baseOptions, ...options } as VerifierOptions)

/** Mints a good access token but for some claims (`undefined` takes one out) and members of the header. */
export const mintWith = (claims: Members, header: Members = {}) => mint(key, goodClaims(claims), header)

/** Mints a token of claims as text, for what JSON.stringify does not write. */
export const mintText = (claims: string) => mintRaw(key, JSON.stringify({ alg: 'ES256', kid: key.kid }), claims)

/** What a new verifier says to such a token. */
export async function verdictOn(
  claims: Members,
  options: Partial<VerifierOptions> = {},
  header: Members = {},
): Promise<AccessTokenErrorCode | 'accepted'> {
  return codeOf(verifierWith(options).verify(await mintWith(claims, header)))
}
