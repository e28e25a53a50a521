import type { JwksState } from '@sallyport/jwks'
import { type AccessTokenClaims, type Authentication, createAuthentication, deepFreeze } from './authentication.ts'
import { andThen, type Awaitable, isPromise } from './awaitable.ts'
import { checkClaims, checkPredicates, checkTime, parseWithSchema } from './claims/index.ts'
import { splitToken } from './compact/index.ts'
import { type Configuration, type Issuer, normalizeOptions, type VerifierOptions } from './configuration/index.ts'
import { ConfigurationError, Described } from './configuration-error.ts'
import { extractCredential, requireWellFormed } from './credential/index.ts'
import { openEncryptedToken } from './encrypted-token.ts'
import { AccessTokenError, detailOf } from './error.ts'
import { EventStream, type VerifierListener } from './events.ts'
import { findKeys } from './issuer-keys.ts'
import { Issuers } from './issuers.ts'
import { type SignatureAlgorithm, type VerificationKey, verifySignature } from './jws/index.ts'
import type { ProtectedRequest } from './request.ts'
import { KnownHeaders, type ReadToken, readSignedToken } from './signed-token.ts'
import { SharedVerifications } from './shared-verifications.ts'
import { type Verdict, VerifiedTokens } from './verified-tokens.ts'

/**
 * Verifies access tokens. Made once, by `createVerifier`, and shared by everything that protects the same API.
 *
 * @typeParam Claims - the type of `auth.claims`
 */
export interface Verifier<Claims = AccessTokenClaims> {
  /**
   * Verifies a token as text. A token that is bound to a key (`cnf`) is refused, here as by `authenticate`.
   *
   * @throws AccessTokenError
   */
  verify(token: string): Promise<Authentication<Claims>>
  /**
   * Takes the one access token out of a request and verifies it. Node's `IncomingMessage` is such a request.
   *
   * @throws AccessTokenError
   */
  authenticate(request: ProtectedRequest): Promise<Authentication<Claims>>
  /**
   * Resolves when the keys of every configured issuer are at hand, for start-up probes. Never needed before `verify`.
   *
   * @throws JwksUnavailableError of `@sallyport/jwks`
   */
  ready(): Promise<void>
  /** For health endpoints: each issuer, and the state of its keys where they are fetched. */
  inspect(): readonly IssuerState[]
  /**
   * Listens to what the verifier decides; without a listener nothing is measured or made.
   *
   * @returns the function that ends the subscription
   */
  subscribe(listener: VerifierListener): () => void
}

/** What `inspect` says of one issuer. */
export interface IssuerState {
  readonly issuer: string
  /** `undefined` where the keys were given as options. */
  readonly keys: JwksState | undefined
}

/**
 * Makes a verifier.
 *
 * @throws ConfigurationError that names the option, what it got and what it takes
 *
 * @example
 * ```ts
 * const verifier = createVerifier({ issuer: 'https://as.example', audience: 'https://api.example' })
 * const auth = await verifier.verify(token)
 * ```
 */
export function createVerifier<Claims = AccessTokenClaims>(options: VerifierOptions<Claims>): Verifier<Claims> {
  return new AccessTokenVerifier(normalizeOptions(options)) as Verifier<unknown> as Verifier<Claims>
}

/** The stages, in the order of the request's way. */
export class AccessTokenVerifier implements Verifier<unknown> {
  readonly configuration: Configuration
  #issuers: Issuers
  #headers = new KnownHeaders()
  #verified: VerifiedTokens | undefined
  #underWay = new SharedVerifications()
  #events = new EventStream()

  constructor(configuration: Configuration) {
    this.configuration = configuration
    this.#issuers = new Issuers(configuration)
    this.#verified = configuration.cache && new VerifiedTokens(configuration.cache)
  }

  static isMadeHere(value: object): value is AccessTokenVerifier {
    return #events in value
  }

  async verify(token: string): Promise<Authentication<unknown>> {
    return this.#decide(() => this.#verifyToken(token))
  }

  async authenticate(request: ProtectedRequest): Promise<Authentication<unknown>> {
    return this.authenticateNow(request)
  }

  /** As `authenticate`, at once where nothing has to be waited for: what adapters use. */
  authenticateNow(request: ProtectedRequest): Awaitable<Authentication<unknown>> {
    const { cookie, maxTokenBytes } = this.configuration
    return this.#decide(() => {
      const credential = extractCredential(request, cookie, maxTokenBytes)
      const verdict = this.#recall(credential.token)
      if (verdict !== undefined) return verdict
      requireWellFormed(credential)
      return this.#verifyOnce(credential.token)
    })
  }

  async ready(): Promise<void> {
    await Promise.all([...this.configuration.issuers.values()].map(({ keys }) => keys.ready()))
  }

  inspect(): readonly IssuerState[] {
    return this.#issuers.known.map(({ name, keys }) => ({ issuer: name, keys: keys.inspect() }))
  }

  subscribe(listener: VerifierListener): () => void {
    const end = this.#events.subscribe(listener)
    const endKeys = this.#issuers.subscribe((issuer, event) =>
      EventStream.tell(listener, { type: 'keys', issuer, event }),
    )
    return () => {
      end()
      endKeys()
    }
  }

  #verifyToken(token: unknown): Awaitable<Verdict> {
    if (typeof token !== 'string') throw new AccessTokenError('token_malformed', { reason: 'it is not a string' })
    if (token.length > this.configuration.maxTokenBytes) throw new AccessTokenError('token_too_large')
    return this.#recall(token) ?? this.#verifyOnce(token)
  }

  /** An earlier verdict on the identical token. */
  #recall(token: string): Verdict | undefined {
    if (this.#verified === undefined) return undefined
    const now = Date.now() / 1000
    const verdict = this.#verified.recall(token, now)
    return verdict !== undefined && this.#issuers.isCurrent(verdict.issuer) ? this.#confirm(verdict, now) : undefined
  }

  /** What may have changed since the token was verified (JOSE-13). */
  #confirm(verdict: Verdict, now: number): Verdict {
    checkTime(verdict.period, now)
    checkPredicates(verdict.signed, this.configuration.claims)
    verdict.isKnown = true
    return verdict
  }

  /** Requests that bring one token at the same time share its verification. */
  #verifyOnce(token: string): Awaitable<Verdict> {
    const verified = this.#verified
    if (verified === undefined) return this.#verifyAnew(token)
    const underWay = this.#underWay.find(token)
    if (underWay !== undefined) return this.#verifyAfter(underWay, token, verified)
    const verdict = this.#verifyAnew(token)
    return isPromise(verdict) ? this.#underWay.add(token, verdict) : verdict
  }

  async #verifyAfter(underWay: Promise<Verdict>, token: string, verified: VerifiedTokens): Promise<Verdict> {
    const verdict = await this.#underWay.wait(underWay)
    if (verdict.key?.withdrawn === true || !this.#issuers.isCurrent(verdict.issuer)) return this.#verifyAnew(token)
    verified.keep(verdict)
    return this.#confirm(verdict, Date.now() / 1000)
  }

  #verifyAnew(token: string): Awaitable<Verdict> {
    return andThen(this.#open(token), (read) =>
      andThen(this.#issuers.select(read.claims['iss']), (issuer) =>
        andThen(this.#verifySignedBy(issuer, read), (key) => this.#accept(token, read, issuer, key)),
      ),
    )
  }

  /** Door one, for those tokens that have it. */
  #open(token: string): Awaitable<ReadToken> {
    const { decryption, algorithms } = this.configuration
    const segments = splitToken(token)
    if (segments === undefined) throw new AccessTokenError('token_malformed', { reason: 'it has not 3 or 5 segments' })
    if (segments.length === 5) return openEncryptedToken(segments, this.configuration, this.#headers)
    if (decryption?.required === true) throw new AccessTokenError('decryption_required')
    return readSignedToken(token, segments, algorithms, this.#headers)
  }

  /** Door two. */
  #verifySignedBy(issuer: Issuer, { header, signed }: ReadToken): Awaitable<VerificationKey | undefined> {
    if (signed === undefined) return undefined
    const alg = header.alg as SignatureAlgorithm
    if (!issuer.algorithms.has(alg)) {
      throw new AccessTokenError('algorithm_refused', { reason: 'the issuer does not use this alg', received: alg })
    }
    return andThen(findKeys(issuer, header), (keys) => {
      const verified = (key: VerificationKey) => {
        this.#headers.remember(signed.headerSegment, header)
        return key
      }
      const refused = (error: unknown): never => {
        // Perhaps the issuer has put a new key in the place of the old one, under the same kid or none (KEYS-8).
        if (error instanceof AccessTokenError && error.code === 'signature_invalid') issuer.keys.doubt?.()
        throw error
      }
      let key
      try {
        key = verifySignature(keys, alg, signed, this.configuration.verifyOn)
      } catch (error) {
        return refused(error)
      }
      return isPromise(key) ? key.then(verified, refused) : verified(key)
    })
  }

  #accept(token: string, read: ReadToken, issuer: Issuer, key: VerificationKey | undefined): Awaitable<Verdict> {
    const { claims: configuration, isBindingCheckedByCaller } = this.configuration
    const { header } = read
    const signed = deepFreeze(read.claims)
    const checked = checkClaims(header, signed, issuer, configuration)
    checkTime(checked.period, Date.now() / 1000)
    checkPredicates(signed, configuration)
    // BIND-1: nothing here sees a proof of possession yet.
    if (Object.hasOwn(signed, 'cnf') && !isBindingCheckedByCaller) throw new AccessTokenError('binding_missing')
    return andThen(parseWithSchema(signed, configuration), (claims) => {
      const { audience, scopes, period } = checked
      const authentication = createAuthentication({
        issuer: issuer.name,
        audience,
        scopes,
        expiresAt: period.expiresAt,
        signed,
        claims,
      })
      const verdict = { token, authentication, signed, period, issuer, key, algorithm: header.alg, isKnown: false }
      this.#verified?.remember(verdict)
      return verdict
    })
  }

  /** Runs the stages, and tells whoever listens what they decided. */
  #decide(stages: () => Awaitable<Verdict>): Awaitable<Authentication<unknown>> {
    if (!this.#events.hasSubscribers) return andThen(stages(), authenticationOf)
    const start = performance.now()
    const accepted = ({ authentication, issuer, key, algorithm, isKnown: cached }: Verdict) => {
      const durationMs = performance.now() - start
      this.#events.emit({ type: 'accepted', issuer: issuer.name, keyId: key?.kid, algorithm, cached, durationMs })
      return authentication
    }
    const refused = (error: unknown): never => {
      if (error instanceof AccessTokenError) {
        const durationMs = performance.now() - start
        this.#events.emit({ type: 'refused', code: error.code, ...detailOf(error), durationMs })
      }
      throw error
    }
    try {
      const verdict = stages()
      return isPromise(verdict) ? verdict.then(accepted, refused) : accepted(verdict)
    } catch (error) {
      return refused(error)
    }
  }
}

function authenticationOf({ authentication }: Verdict): Authentication<unknown> {
  return authentication
}

/**
 * A verifier, of options or as it is.
 *
 * @throws ConfigurationError
 */
export function toVerifier(optionsOrVerifier: unknown): AccessTokenVerifier {
  if (typeof optionsOrVerifier === 'object' && optionsOrVerifier !== null) {
    if (AccessTokenVerifier.isMadeHere(optionsOrVerifier)) return optionsOrVerifier
    if ('authenticate' in optionsOrVerifier) {
      const takes = 'options, or what createVerifier of the same copy of @sallyport/core made'
      throw new ConfigurationError('verifier', new Described('another object with authenticate()'), takes)
    }
  }
  return new AccessTokenVerifier(normalizeOptions(optionsOrVerifier))
}
