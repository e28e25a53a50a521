import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessTokenRequest } from '../access-token.ts'
import { IssuerConfigurationError, quoted } from '../configuration-error.ts'
import type { EncryptionRecipient } from '../encryption.ts'
import { EventStream } from '../event-stream.ts'
import type { Issuer } from '../issuer.ts'
import { RefreshTokenError, type RefreshTokens } from '../refresh/index.ts'
import { pathOf } from '../request-path.ts'
import { askInTime } from '../store-deadline.ts'
import { type Answer, answerOf, methodNotAllowed, statusOf, writeAnswer } from './answer.ts'
import {
  type AssertionReplayStore,
  authenticateClient,
  type CheckedClient,
  clientRegistry,
  type TokenClients,
  type TokenGrantType,
} from './clients/index.ts'
import { addressOf, endpointMetadata } from './endpoint-metadata.ts'
import type { Granted, IssuedToken, SubjectTokenVerifier } from './grants/index.ts'
import { summaryOf } from './fault.ts'
import { checkEndpointOptions } from './options.ts'
import { type Form, readFormRequest } from './request/index.ts'
import { revokeToken } from './revocation.ts'
import type { TokenEndpointEvent, TokenEndpointListener } from './token-endpoint-events.ts'
import { TokenRequestError } from './token-request-error.ts'

/** Options of {@link createTokenEndpoint}. */
export interface TokenEndpointOptions {
  /** Issues the access tokens; its metadata then names the endpoints. */
  readonly issuer: Issuer
  /** The clients, or a function that finds one, for instance in a database. */
  readonly clients: TokenClients
  /** For the grant type refresh_token. Default: not supported. */
  readonly refreshTokens?: RefreshTokens | undefined
  /**
   * For the grant type token exchange: what verifies subject tokens. Not with an issuer of pairwise subjects. Default: not
   * supported.
   */
  readonly tokenExchange?: { readonly verifier: SubjectTokenVerifier } | undefined
  /** Further claims of each access token, over those of the grant. */
  readonly claims?: ((token: TokenToIssue) => MaybeClaims | Promise<MaybeClaims>) | undefined
  /**
   * For which key the tokens of an API are encrypted; not beside `encryptFor` in the issuer's `resources`. Default: as
   * `resources` says, else not encrypted.
   */
  readonly encryptFor?: ((audience: readonly string[]) => MaybeRecipient | Promise<MaybeRecipient>) | undefined
  /** Path of the token endpoint below the issuer. Default `/token`. */
  readonly path?: string | undefined
  /** Path of the revocation endpoint below the issuer. Default `/revoke`. */
  readonly revocationPath?: string | undefined
  /** Remembers client assertions. Default: in memory; where several processes serve, they need one in common. */
  readonly assertionReplays?: AssertionReplayStore | undefined
  /**
   * How long `clients`, as a function, and `assertionReplays` may take, in milliseconds, 10 to 60,000. The store of refresh
   * tokens has a limit of its own. Default 1,000.
   */
  readonly storeTimeoutMs?: number | undefined
  /** How long `claims`, `encryptFor` and the verifier may take, each, in milliseconds, 10 to 60,000. Default 5,000. */
  readonly callbackTimeoutMs?: number | undefined
}

type MaybeClaims = Readonly<Record<string, unknown>> | undefined
type MaybeRecipient = EncryptionRecipient | undefined

/** An access token that is about to be issued. */
export interface TokenToIssue {
  readonly grantType: TokenGrantType
  readonly clientId: string
  readonly subject: string
  readonly audience: readonly string[]
  readonly scope: readonly string[]
}

/** The token endpoint (RFC 6749 §3.2) and the revocation endpoint (RFC 7009) of an issuer. */
export interface TokenEndpoint {
  /**
   * Serves both, below the issuer's address, and hands everything else on to the issuer's own handler.
   *
   * @example
   * ```ts
   * createServer(endpoint.handler).listen(8080)
   * ```
   */
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void
  /**
   * Calls the listener with each event; none has a token or a secret in it.
   *
   * @returns the function that ends the subscription
   */
  subscribe(listener: TokenEndpointListener): () => void
}

/**
 * Makes a token endpoint for services and for applications that log users in by themselves: client_credentials,
 * refresh_token, token exchange (RFC 8693), and revocation (RFC 7009). It is no identity provider: there is no
 * authorization endpoint, and no page for users.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const endpoint = createTokenEndpoint({
 *   issuer,
 *   clients: [{ id: 'batch', secretHashes, grants: ['client_credentials'], audience: 'https://api.example', scope: 'read' }],
 * })
 * createServer(endpoint.handler).listen(8080)
 * ```
 */
export function createTokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const checked = checkEndpointOptions(options)
  const { issuer, clients, refreshTokens, grants, claims, encryptFor, replays, paths } = checked
  const { storeTimeoutMs, callbackTimeoutMs } = checked
  const token = addressOf(issuer.issuer, paths.token, 'path')
  const revocation = addressOf(issuer.issuer, paths.revocation, 'revocationPath')
  if (revocation.path === token.path) {
    throw new IssuerConfigurationError(
      'revocationPath',
      quoted(paths.revocation),
      'another path than the token endpoint',
    )
  }
  const findClient = clientRegistry(clients, storeTimeoutMs)
  const authenticator = { findClient, replays, storeTimeoutMs, audiences: [issuer.issuer, token.url] }
  const events = new EventStream<TokenEndpointEvent>()

  const ask = <T>(callback: () => Promise<T>, name: string) =>
    askInTime(callback, callbackTimeoutMs, `${name} did not answer in time`)

  async function issue(granted: Granted, grantType: TokenGrantType, clientId: string): Promise<IssuedToken> {
    const { subject, audience, scope, confirmation, longestLifetimeSeconds = Infinity } = granted
    const lifetimeSeconds = Math.min(issuer.lifetimeSecondsFor(audience), longestLifetimeSeconds)
    const added = claims && (await ask(async () => claims({ grantType, clientId, subject, audience, scope }), 'claims'))
    const [first = '', ...others] = audience
    const request: AccessTokenRequest = {
      subject,
      clientId,
      audience: others.length === 0 ? first : audience,
      scope,
      confirmation,
      lifetimeSeconds,
      claims: { ...granted.claims, ...added, ...granted.fixedClaims },
      encryptFor: encryptFor && (await ask(async () => encryptFor(audience), 'encryptFor')),
    }
    const accessToken = await issuer.issueAccessToken(request)
    return {
      subject,
      audience,
      body: {
        access_token: accessToken,
        // RFC 9449 §5: a token that is bound to a DPoP key is not for the scheme Bearer.
        token_type: confirmation?.jkt === undefined ? 'Bearer' : 'DPoP',
        expires_in: lifetimeSeconds,
        ...(scope.length > 0 && { scope: scope.join(' ') }),
      },
    }
  }

  async function exchange(form: Form, client: CheckedClient): Promise<Answer> {
    const type = form.require('grant_type')
    const grant = grants.find((one) => one.type === type)
    if (grant === undefined) throw new TokenRequestError('grant_type_unsupported')
    if (!client.grants.includes(grant.name)) throw new TokenRequestError('grant_type_refused')
    const { name: grantType } = grant
    const issued = await grant.grant(form, client, (granted) => issue(granted, grantType, client.id))
    const { subject, audience, body } = issued
    events.emit({ type: 'issued', grantType, clientId: client.id, subject, audience })
    return { status: 200, body }
  }

  async function revoke(form: Form, client: CheckedClient): Promise<Answer> {
    await revokeToken(form, client, refreshTokens)
    events.emit({ type: 'revoked', clientId: client.id })
    return { status: 200 }
  }

  const services = new Map([
    [token.path, exchange],
    [revocation.path, revoke],
  ])

  async function serve(req: IncomingMessage, service: typeof exchange): Promise<Answer> {
    let clientId: string | undefined
    try {
      const request = await readFormRequest(req)
      const client = await authenticateClient(request, authenticator)
      clientId = client.id
      return await service(request.form, client)
    } catch (error) {
      events.emit(eventOf(error, clientId))
      return answerOf(error, req.headers.authorization !== undefined)
    }
  }

  const hasPublicClients = refreshTokens !== undefined
  const grantTypes = grants.map(({ type }) => type)
  issuer.extendMetadata(endpointMetadata({ token, revocation, grantTypes, hasPublicClients }))

  return Object.freeze({
    handler: (req: IncomingMessage, res: ServerResponse) => {
      const service = services.get(pathOf(req))
      if (service === undefined) return issuer.handler(req, res)
      if (req.method !== 'POST') return writeAnswer(req, res, methodNotAllowed)
      void serve(req, service).then((answer) => writeAnswer(req, res, answer))
    },
    subscribe: (listener: TokenEndpointListener) => events.subscribe(listener),
  })
}

function eventOf(error: unknown, clientId: string | undefined): TokenEndpointEvent {
  if (error instanceof TokenRequestError) {
    return { type: 'refused', code: error.code, reason: error.reason, clientId }
  }
  if (error instanceof RefreshTokenError) return { type: 'refused', code: error.code, reason: undefined, clientId }
  return { type: 'failed', status: statusOf(error), clientId, cause: summaryOf(error) }
}
