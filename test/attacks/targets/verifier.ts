import { AccessTokenError, type Authentication, type Verifier } from '@sallyport/core'
import { scopesPolicy } from '@sallyport/core/adapter'
import type { HttpRequest, RequestAttack, TokenAttack } from '../attack.ts'

/** The code of a refusal, or that there was none; anything else that is thrown fails the test. */
export async function codeOf(verdict: Promise<unknown>): Promise<string> {
  try {
    await verdict
    return 'accepted'
  } catch (error) {
    if (error instanceof AccessTokenError) return error.code
    throw error
  }
}

/** A token, and the route that is asked for, without any framework. */
export function tokenVerdict(verifier: Verifier, token: string, path: TokenAttack['path']): Promise<string> {
  return codeOf(verifier.verify(token).then((auth) => requireScopeOf(path, auth)))
}

export function requestVerdict(verifier: Verifier, request: ReturnType<RequestAttack['request']>): Promise<string> {
  return codeOf(verifier.authenticate(protectedRequestOf(request)))
}

function requireScopeOf(path: TokenAttack['path'], auth: Authentication): unknown {
  return path === '/admin' ? scopesPolicy(['admin']).require(auth, undefined) : undefined
}

function protectedRequestOf({ method = 'GET', path = '/reports', headers }: HttpRequest) {
  const host = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['Host', 'api.example']
  return { method, url: path, rawHeaders: [...host, ...headers.flat()] }
}
