import { decodeProtectedHeader } from 'jose'
import type { AuthorizationServer } from './authorization-server.ts'
import { type ClientId, type TokenFormat, tokenFormats } from './token-formats.ts'

export interface TokenRequest {
  readonly client: ClientId
  readonly scope: string
  /** Resource indicator of the API; without it the authorization server makes an opaque token. */
  readonly resource?: string
  /** A DPoP proof binds the token to its key (RFC 9449). */
  readonly dpopProof?: string
}

export function tokenEndpoint({ issuer }: Pick<AuthorizationServer, 'issuer'>): string {
  return `${issuer}/token`
}

/** Asks the authorization server for an access token (RFC 6749 §4.4, RFC 8707 §2.2). */
export async function requestToken(
  as: AuthorizationServer,
  { client, scope, resource, dpopProof }: TokenRequest,
): Promise<string> {
  const response = await fetch(tokenEndpoint(as), {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${client}:${as.clientSecret}`)}`,
      ...(dpopProof === undefined ? {} : { dpop: dpopProof }),
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      ...(resource === undefined ? {} : { resource }),
    }),
  })
  const { access_token: token, error } = (await response.json()) as { access_token?: string; error?: string }
  if (token === undefined) throw new Error(`The authorization server refused a token for ${client}: ${error}`)
  if (resource !== undefined) checkFormat(token, tokenFormats[client])
  return token
}

/** A row that says EdDSA must have been EdDSA. */
function checkFormat(token: string, { sign, encrypt }: TokenFormat): void {
  const { alg } = decodeProtectedHeader(token)
  if (alg !== (encrypt ?? sign)) throw new Error(`The authorization server made a token with ${alg}`)
}
