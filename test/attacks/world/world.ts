import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts'
import { compact, type Members } from './compact.ts'
import { type Keys, makeKeys } from './keys.ts'
import type { Signer } from './signers.ts'
import { startTrap, type Trap } from './trap.ts'

/** The issuer and the audience of the protected APIs. */
export const issuer = 'https://as.example'
export const audience = 'https://api.example'
/** The second issuer of the API with two tenants. */
export const otherIssuer = 'https://other-as.example'

/** The subject of every good token, and of every forged one. */
export const subject = 'user-1'

/** What a token is made of, where it differs from a good one. */
export interface TokenChanges {
  readonly claims?: Members
  readonly header?: Members
  readonly key?: Signer
}

/** Everything that an attack is made from: what its victim uses, and what the attacker has. */
export interface World {
  readonly keys: Keys
  readonly authorizationServer: AuthorizationServer
  readonly trap: Trap
  /** Claims of a good access token, except for the changes. */
  claims(changes?: Members): Members
  /** A good access token, signed by the issuer, except for the changes. */
  token(changes?: TokenChanges): string
  close(): Promise<void>
}

export async function createWorld(): Promise<World> {
  const keys = makeKeys()
  const authorizationServer = await startAuthorizationServer(issuer, keys.published)
  const trap = await startTrap(JSON.stringify({ keys: [keys.stranger.publicJwk] }))
  return {
    keys,
    authorizationServer,
    trap,
    claims: goodClaims,
    token: ({ claims, header, key = keys.ec } = {}) =>
      compact({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header }, goodClaims(claims), key.sign),
    close: async () => {
      await Promise.all([authorizationServer.close(), trap.close()])
    },
  }
}

function goodClaims(changes: Members = {}): Members {
  const now = nowSeconds()
  return {
    iss: issuer,
    aud: audience,
    sub: subject,
    client_id: 'client-1',
    jti: 'token-1',
    scope: 'reports:read',
    iat: now,
    exp: now + 300,
    ...changes,
  }
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
