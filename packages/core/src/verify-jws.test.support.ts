import { decodeBase64Url, parseHeader, splitToken } from './compact/index.ts'
import { normalizeOptions } from './configuration/index.ts'
import { AccessTokenError } from './error.ts'
import { findKeys } from './issuer-keys.ts'
import { verifySignature } from './jws/index.ts'
import { audience, issuer, type Members } from './mint.test.support.ts'

/**
 * Door two alone, for vectors whose payload is no claims set and so never reaches it through a verifier: everything that
 * a verifier does with a JWS, but for the claims.
 *
 * @param keys where the issuer's keys come from, as options of a verifier: `jwks`, or `secret` and `algorithm`, ...
 * @returns the payload
 */
export async function verifyJws(keys: Members, token: unknown): Promise<Buffer> {
  const configuration = normalizeOptions({ issuer, audience, ...keys })
  const segments = typeof token === 'string' ? splitToken(token) : undefined
  if (segments?.length !== 3) throw new AccessTokenError('token_malformed')
  const header = parseHeader(segments[0])
  const owner = configuration.issuers.get(issuer)
  const algorithm = [...(owner?.algorithms ?? [])].find((name) => name === header.alg)
  if (owner === undefined || algorithm === undefined) throw new AccessTokenError('algorithm_refused')
  const [payload, signature] = segments.slice(1).map(decodeBase64Url)
  if (payload === undefined || signature === undefined) throw new AccessTokenError('token_malformed')
  const input = segments.slice(0, 2).join('.')
  await verifySignature(await findKeys(owner, header), algorithm, { input, signature }, configuration.verifyOn)
  return payload
}
