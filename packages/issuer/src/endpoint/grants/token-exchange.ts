import { isObject } from '../../checks.ts'
import { askInTime } from '../../store-deadline.ts'
import { StoreUnavailableError } from '../../store-unavailable-error.ts'
import type { CheckedClient } from '../clients/index.ts'
import type { Form } from '../request/index.ts'
import { TokenRequestError } from '../token-request-error.ts'
import { chooseScope, chooseTarget, type OfferedScopes } from './choose-target.ts'
import type { Grant } from './grant.ts'

/** What a subject token says, after it was verified. The `Authentication` of `@sallyport/core` is one. */
export interface VerifiedSubjectToken {
  readonly subject: string | undefined
  /** The client that it was issued to. Default: the claim `client_id`. */
  readonly clientId?: string | undefined
  readonly scopes: readonly string[]
  /** In seconds since the epoch. */
  readonly expiresAt: number
  /** The key that the token is bound to. Such a token is refused: who presents it here does not have the key. */
  readonly confirmation?: unknown
  /** All claims; `act` and `may_act` (RFC 8693 §4) and `client_id` are looked at. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

/** Verifies subject tokens. The verifier of `@sallyport/core` is one. */
export interface SubjectTokenVerifier {
  /**
   * Refuses a token by `undefined`, or by an error with a `status` from 400 to 499. Every other error is a fault,
   * which is answered with 503.
   */
  verify(token: string): Promise<VerifiedSubjectToken | undefined>
}

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const jwtType = 'urn:ietf:params:oauth:token-type:jwt'

const maxTokenLength = 16_384

/** Longest chain of actors. */
const maxActors = 8

interface ExchangeOptions {
  readonly verifier: SubjectTokenVerifier
  readonly timeoutMs: number
  readonly offered: OfferedScopes
}

/**
 * RFC 8693: a service that got a user's token exchanges it for one that is for the next service, with fewer scopes. The
 * result says who acts (`act`), and never lives longer than the subject token.
 */
export function tokenExchangeGrant({ verifier, timeoutMs, offered }: ExchangeOptions): Grant {
  return {
    name: 'token_exchange',
    type: grantType,
    grant: async (form, client, issue) => {
      checkTypes(form)
      const audience = chooseTarget(client, [...form.all('resource'), ...form.all('audience')])
      const token = await verifySubject(form.require('subject_token'), verifier, timeoutMs)
      const { subject, claims = {} } = token
      if (subject === undefined) throw refusal('has no subject')
      // RFC 9068 §2.2: such a token has no user, and what it is exchanged for would look as if it had; or the reverse.
      if ([token.clientId, claims['client_id'], client.id].includes(subject)) throw refusal('is about a client itself')
      // Whoever presents a bound token has to prove the possession of its key, and nobody checked that here.
      if (token.confirmation !== undefined) throw refusal('is bound to a key')
      checkMayAct(claims['may_act'], client)
      const remaining = Math.floor(token.expiresAt - Date.now() / 1000)
      if (!(remaining >= 1)) throw refusal('has expired')
      const allowed = token.scopes.filter((scope) => client.scope.includes(scope))
      const issued = await issue({
        subject,
        audience,
        scope: chooseScope(form.get('scope'), allowed, offered(audience)),
        fixedClaims: { act: actorChain(claims['act'], client) },
        longestLifetimeSeconds: remaining,
      })
      return { ...issued, body: { ...issued.body, issued_token_type: accessTokenType } }
    },
  }
}

function checkTypes(form: Form): void {
  const supported = [accessTokenType, jwtType]
  const isSupported =
    supported.includes(form.require('subject_token_type')) &&
    supported.includes(form.get('requested_token_type') ?? accessTokenType) &&
    // The actor is the client, which has authenticated itself.
    form.get('actor_token') === undefined
  if (!isSupported) throw new TokenRequestError('parameter_unsupported', 'only access tokens are exchanged')
}

async function verifySubject(
  token: string,
  verifier: SubjectTokenVerifier,
  timeoutMs: number,
): Promise<VerifiedSubjectToken> {
  if (token.length > maxTokenLength) throw refusal('is too long')
  let verified: VerifiedSubjectToken | undefined
  try {
    verified = await askInTime(() => verifier.verify(token), timeoutMs, 'The verifier did not answer in time')
  } catch (error) {
    const { status } = error as { readonly status?: unknown }
    if (typeof status === 'number' && status >= 400 && status <= 499) throw refusal('was refused by the verifier')
    throw new StoreUnavailableError('The subject token cannot be verified at the moment', { cause: error })
  }
  if (verified === undefined) throw refusal('was refused by the verifier')
  return verified
}

/** RFC 8693 §4.4: where a token says who may act, nobody else may. */
function checkMayAct(mayAct: unknown, client: CheckedClient): void {
  if (mayAct === undefined) return
  if (isObject(mayAct) && mayAct['sub'] === client.id) return
  throw refusal('lets only others act')
}

/** RFC 8693 §4.1: the current actor outermost, those before inside. */
function actorChain(before: unknown, client: CheckedClient): Readonly<Record<string, unknown>> {
  let length = 1
  for (let one = before; one !== undefined; one = isObject(one) ? one['act'] : undefined) {
    if (++length > maxActors) throw refusal('was handed on too often')
  }
  return { sub: client.id, ...(before !== undefined && { act: before }) }
}

function refusal(reason: string): TokenRequestError {
  return new TokenRequestError('subject_token_refused', `the subject token ${reason}`)
}
