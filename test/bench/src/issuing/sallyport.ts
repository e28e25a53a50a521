import { createIssuer, type JWK, type KeyManagementAlgorithm } from '@sallyport/issuer'
import { clientId, extraClaims, scope } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** Sallyport as it is used: an issuer that knows its APIs, and one call for each token. */
export const create: CreateIssuing = async ({ issuer, audience, signingKey, encryption }) => {
  const resource = encryption && {
    encryptFor: {
      key: publicPart(encryption.decryptionKey as JWK),
      alg: encryption.alg as KeyManagementAlgorithm,
      enc: 'A256GCM' as const,
    },
  }
  const keys = [signingKey as JWK]
  const as = await createIssuer({ issuer, keys, resources: { [audience]: resource ?? {} } })
  const scopes = scope.split(' ')
  return (subject) => as.issueAccessToken({ subject, clientId, audience, scope: scopes, claims: extraClaims })
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi']

/** All of it where it is a secret. */
function publicPart(jwk: JWK): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !privateMembers.includes(name))) as JWK
}
