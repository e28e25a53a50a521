import type { AuthorizationServer } from '../authorization-server/authorization-server.ts'
import { requestToken, type TokenRequest } from '../authorization-server/token-request.ts'
import { proveDpopKey } from './dpop-proof.ts'
import { scopes } from './scopes.ts'

/** Access tokens, each as the authorization server made it. */
export type Tokens = Awaited<ReturnType<typeof requestTokens>>

export interface Resources {
  readonly api: string
  readonly other: string
}

export async function requestTokens(as: AuthorizationServer, { api, other }: Resources) {
  const ask = (request: Partial<TokenRequest>) =>
    requestToken(as, { client: 'client-es256', resource: api, scope: scopes, ...request })
  return {
    rs256: await ask({ client: 'client-rs256' }),
    es256: await ask({ client: 'client-es256' }),
    eddsa: await ask({ client: 'client-eddsa' }),
    ecdhEs: await ask({ client: 'client-ecdh-es' }),
    dir: await ask({ client: 'client-dir' }),
    unsigned: await ask({ client: 'client-unsigned' }),
    otherAudience: await ask({ resource: other }),
    otherScope: await ask({ scope: 'vault:open' }),
    opaque: await requestToken(as, { client: 'client-es256', scope: scopes }),
    boundToKey: await ask({ dpopProof: await proveDpopKey(as) }),
  }
}
