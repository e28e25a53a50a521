import type { JsonObject } from './compact/index.ts'

/** The claims of an access token: those of RFC 9068 §2.2 by name and type, others as unknown data. */
export interface AccessTokenClaims {
  readonly iss: string
  readonly sub?: string | undefined
  readonly aud?: string | readonly string[] | undefined
  /** Expiry, in seconds since the epoch. */
  readonly exp: number
  readonly nbf?: number | undefined
  readonly iat?: number | undefined
  readonly jti?: string | undefined
  readonly client_id?: string | undefined
  readonly scope?: string | undefined
  readonly [claim: string]: unknown
}

/** The confirmation claim (RFC 7800 §3.1): to which key the token is bound. */
export interface Confirmation {
  /** Thumbprint of a DPoP key (RFC 9449 §6.1). */
  readonly jkt?: string | undefined
  /** Thumbprint of a client certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256'?: string | undefined
  readonly [member: string]: unknown
}

/**
 * Who may do what: the result of a verified access token, frozen to its depth.
 *
 * @typeParam Claims - the type of `claims`
 */
export interface Authentication<Claims = AccessTokenClaims> {
  /** `sub`: the user, or the client itself. */
  readonly subject: string | undefined
  /** `client_id`, or `azp` where an authorization server uses that. */
  readonly clientId: string | undefined
  /** `iss` */
  readonly issuer: string
  /** `aud`, as an array. */
  readonly audience: readonly string[]
  /** From `scope` or `scp`, or the claims that the option `scopeClaims` names. */
  readonly scopes: readonly string[]
  /** `exp`, in seconds since the epoch. */
  readonly expiresAt: number
  /** `iat`, in seconds since the epoch. */
  readonly issuedAt: number | undefined
  /** `jti` */
  readonly tokenId: string | undefined
  /** `cnf` */
  readonly confirmation: Confirmation | undefined
  /** All claims. */
  readonly claims: Claims
  /** Whether the scope was granted: whole and by case (RFC 6749 §3.3). */
  hasScope(scope: string): boolean
}

/** The parts of an Authentication that are worked out before it is made. */
export interface AuthenticationParts {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  readonly expiresAt: number
  /** The claims as the issuer signed them, frozen to their depth. */
  readonly signed: JsonObject
  /** The claims as the application wants them: the same, or what its validator made of them. */
  readonly claims: unknown
}

class VerifiedAuthentication implements Authentication<unknown> {
  /** Only an object made here has this: a policy cannot be satisfied by something that looks alike (POLICY-1). */
  #made = true

  static isMadeHere(value: object): value is VerifiedAuthentication {
    return #made in value && value.#made
  }

  readonly subject: string | undefined
  readonly clientId: string | undefined
  readonly issuer: string
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  readonly expiresAt: number
  readonly issuedAt: number | undefined
  readonly tokenId: string | undefined
  readonly confirmation: Confirmation | undefined
  readonly claims: unknown

  constructor(parts: AuthenticationParts) {
    const { signed } = parts
    this.subject = stringOrUndefined(signed['sub'])
    this.clientId = stringOrUndefined(signed['client_id']) ?? stringOrUndefined(signed['azp'])
    this.issuer = parts.issuer
    this.audience = Object.freeze(parts.audience)
    this.scopes = Object.freeze(parts.scopes)
    this.expiresAt = parts.expiresAt
    this.issuedAt = typeof signed['iat'] === 'number' ? signed['iat'] : undefined
    this.tokenId = stringOrUndefined(signed['jti'])
    this.confirmation = signed['cnf'] as Confirmation | undefined
    this.claims = parts.claims === signed ? signed : freezeValidated(parts.claims)
    Object.freeze(this)
  }

  hasScope(scope: string): boolean {
    return this.scopes.includes(scope)
  }
}

// A method that could be replaced would be replaced for every request (CLAIM-8).
Object.freeze(VerifiedAuthentication.prototype)

/** Makes the frozen result (CLAIM-8). */
export function createAuthentication(parts: AuthenticationParts): Authentication<unknown> {
  return new VerifiedAuthentication(parts)
}

/**
 * Whether a value is an {@link Authentication} that a verifier made, and not something of its shape.
 */
export function isAuthentication(value: unknown): value is Authentication {
  return typeof value === 'object' && value !== null && VerifiedAuthentication.isMadeHere(value)
}

function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Freezes plain data to its depth, which the parser has bounded; objects frozen already are not entered again. */
export function deepFreeze<T>(value: T): T {
  if (isMutableObject(value)) freezeObject(value)
  return value
}

/**
 * Freezes the plain data that a validator made: it may be frozen at its outside only, and may refer to itself. What is
 * of a class (a Date, a Map, something of the application) is left as it is.
 */
function freezeValidated(value: unknown, entered = new Set<object>()): unknown {
  if (typeof value !== 'object' || value === null || !isPlain(value) || entered.has(value)) return value
  entered.add(value)
  Object.freeze(value)
  for (const member of Object.values(value)) freezeValidated(member, entered)
  return value
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

function freezeObject(value: object): void {
  Object.freeze(value)
  if (Array.isArray(value)) {
    for (const member of value as unknown[]) if (isMutableObject(member)) freezeObject(member)
    return
  }
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name]
    if (isMutableObject(member)) freezeObject(member)
  }
}

function isMutableObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value) && !ArrayBuffer.isView(value)
}
