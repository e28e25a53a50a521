import type { Authentication } from '../authentication.ts'
import type { Awaitable } from '../awaitable.ts'

/**
 * What a route asks of an {@link Authentication}: data, with one question. Adapters ask it and write its answer.
 *
 * @typeParam Request - what a predicate sees of the request, the adapter's own type
 */
export interface Policy<Request = unknown> {
  /** The kind and its parameters, for listings. */
  readonly description: PolicyDescription
  /**
   * Returns, or resolves, when the policy is met.
   *
   * @throws AccessTokenError `scope_insufficient`, `policy_denied`; what a predicate throws is thrown on (POLICY-4)
   */
  require(authentication: Authentication, request: Request): Awaitable<void>
}

/** A policy as plain data. */
export type PolicyDescription =
  | { readonly kind: 'scopes' | 'any_scope'; readonly scopes: readonly string[] }
  | { readonly kind: 'claim'; readonly path: readonly string[] }
  | { readonly kind: 'predicate'; readonly name: string }
