import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** New private keys that an authorization server signs with, one for each algorithm. */
export function generateSigningKeys(): Promise<JWK[]> {
  return Promise.all(
    (['RS256', 'ES256', 'EdDSA'] as const).map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `as-${alg.toLowerCase()}` }
    }),
  )
}
