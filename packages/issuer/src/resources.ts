import { checkInteger, checkNames, checkText, type Given, isObject } from './checks.ts'
import { IssuerConfigurationError, kindOf, quoted } from './configuration-error.ts'
import type { EncryptionRecipient } from './encryption.ts'
import type { PublishedRecipient } from './published-recipient.ts'
import { checkScopes, parseScopes } from './scopes.ts'

/** What the issuer knows of one API (a protected resource, RFC 8707 §2). */
export interface ResourceOptions {
  /** Scopes that tokens for it may have. Default: any. */
  readonly scopes?: readonly string[] | undefined
  /**
   * Tokens for it live so long by default, and no longer whatever is asked, in seconds. Default:
   * `accessTokenLifetimeSeconds`.
   */
  readonly lifetimeSeconds?: number | undefined
  /** Encrypts tokens for it. Default: not encrypted, unless the request says so. */
  readonly encryptFor?: EncryptionRecipient | PublishedRecipient | undefined
  /** APIs of one sector know a user by the same pairwise subject. Default: the API's own identifier. */
  readonly sector?: string | undefined
}

/** On what terms a token is issued. */
export interface Terms<Target> {
  readonly lifetimeSeconds: number
  readonly longestLifetimeSeconds: number
  /** What is asked beyond that is cut off. */
  readonly capSeconds: number
  readonly sector: string | undefined
  readonly encryptFor: Target | undefined
}

interface Resource<Target> {
  readonly scopes: ReadonlySet<string> | undefined
  readonly lifetimeSeconds: number
  readonly sector: string
  readonly encryptFor: Target | undefined
}

/** The APIs that an issuer issues tokens for: all, or those that its options list. */
export class Resources<Target> {
  #byId: ReadonlyMap<string, Resource<Target>> | undefined
  #defaults: { readonly lifetimeSeconds: number; readonly longestLifetimeSeconds: number }

  /**
   * @param readTarget prepares `encryptFor`
   * @throws IssuerConfigurationError
   */
  constructor(
    given: unknown,
    defaults: { readonly lifetimeSeconds: number; readonly longestLifetimeSeconds: number },
    readTarget: (given: unknown, option: string) => Target,
  ) {
    this.#defaults = defaults
    if (given === undefined) return
    if (!isObject(given) || Object.keys(given).length === 0) {
      throw new IssuerConfigurationError('resources', kindOf(given), 'an object with the identifiers of APIs as names')
    }
    this.#byId = new Map(
      Object.entries(given).map(([id, options]) => [
        checkText(id, 'resources', 'the identifier of an API'),
        readResource(id, options, defaults, readTarget),
      ]),
    )
  }

  /** Whether one of them at least encrypts its tokens. */
  get hasEncrypted(): boolean {
    return [...(this.#byId?.values() ?? [])].some(({ encryptFor }) => encryptFor !== undefined)
  }

  /**
   * The scopes that one of these APIs has at least; `undefined` for any.
   *
   * @throws IssuerConfigurationError for APIs that are not listed
   */
  scopesFor(audience: readonly string[]): readonly string[] | undefined {
    if (this.#byId === undefined) return undefined
    const scopes = new Set<string>()
    for (const id of audience) {
      const { scopes: own } = this.#find(id)
      if (own === undefined) return undefined
      for (const scope of own) scopes.add(scope)
    }
    return [...scopes]
  }

  /** @throws IssuerConfigurationError for APIs and scopes that are not listed */
  termsFor({ audience, scope }: Given): Terms<Target> {
    if (!Array.isArray(audience)) return this.#termsForOne(audience, scope)
    if (audience.length === 1) return this.#termsForOne(audience[0], scope)
    const { lifetimeSeconds, longestLifetimeSeconds } = this.#defaults
    if (this.#byId === undefined) {
      const capSeconds = longestLifetimeSeconds
      return { lifetimeSeconds, longestLifetimeSeconds, capSeconds, sector: undefined, encryptFor: undefined }
    }
    const named = audience.map((id: unknown) => this.#find(id))
    checkGrantable(scope, named)
    if (named.some(({ encryptFor }) => encryptFor !== undefined)) {
      const takes = 'one API alone: nobody else could decrypt what is encrypted for it'
      throw new IssuerConfigurationError('audience', kindOf(audience), takes)
    }
    const capSeconds = Math.min(longestLifetimeSeconds, ...named.map((resource) => resource.lifetimeSeconds))
    const sectors = new Set(named.map(({ sector }) => sector))
    const [sector] = sectors.size === 1 ? sectors : []
    return { lifetimeSeconds: capSeconds, longestLifetimeSeconds, capSeconds, sector, encryptFor: undefined }
  }

  #termsForOne(id: unknown, scope: unknown): Terms<Target> {
    const { lifetimeSeconds, longestLifetimeSeconds } = this.#defaults
    if (this.#byId === undefined) {
      const sector = typeof id === 'string' ? id : undefined
      const capSeconds = longestLifetimeSeconds
      return { lifetimeSeconds, longestLifetimeSeconds, capSeconds, sector, encryptFor: undefined }
    }
    const resource = this.#find(id)
    if (resource.scopes !== undefined) checkGrantable(scope, [resource])
    const { lifetimeSeconds: capSeconds, sector, encryptFor } = resource
    return { lifetimeSeconds: capSeconds, longestLifetimeSeconds, capSeconds, sector, encryptFor }
  }

  #find(id: unknown): Resource<Target> {
    const resource = typeof id === 'string' ? this.#byId?.get(id) : undefined
    if (resource !== undefined) return resource
    throw new IssuerConfigurationError('audience', quoted(id), `one of the ${this.#byId?.size ?? 0} APIs in resources`)
  }
}

function readResource<Target>(
  id: string,
  given: unknown,
  defaults: { readonly lifetimeSeconds: number; readonly longestLifetimeSeconds: number },
  readTarget: (given: unknown, option: string) => Target,
): Resource<Target> {
  const option = `resources[${quoted(id)}]`
  const { scopes, lifetimeSeconds, encryptFor, sector } = checkNames(
    given,
    ['scopes', 'lifetimeSeconds', 'encryptFor', 'sector'],
    option,
  )
  return {
    scopes: scopes === undefined ? undefined : new Set(checkScopes(scopes, `${option}.scopes`)),
    lifetimeSeconds: checkInteger(
      lifetimeSeconds ?? defaults.lifetimeSeconds,
      1,
      defaults.longestLifetimeSeconds,
      `${option}.lifetimeSeconds`,
      'seconds',
    ),
    sector: sector === undefined ? id : checkText(sector, `${option}.sector`, 'a name'),
    encryptFor: encryptFor === undefined ? undefined : readTarget(encryptFor, `${option}.encryptFor`),
  }
}

/** RFC 8707 §2: a scope has to mean something at one of the APIs at least. */
function checkGrantable(scope: unknown, resources: readonly Resource<unknown>[]): void {
  const unknown = parseScopes(scope ?? [])?.find((name) =>
    resources.every(({ scopes }) => scopes !== undefined && !scopes.has(name)),
  )
  if (unknown === undefined) return
  throw new IssuerConfigurationError('scope', quoted(unknown), 'scopes that the API has, as resources says')
}
