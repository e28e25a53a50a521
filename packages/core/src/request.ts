/**
 * What the verifier sees of an HTTP request; nothing else of it is ever read (CRED-8).
 *
 * Node's `IncomingMessage` has this shape already, and so have the requests of Express, and `ctx.req` of Koa.
 */
export interface ProtectedRequest {
  /** HTTP method. */
  readonly method?: string | undefined
  /** Request target. */
  readonly url?: string | undefined
  /** Header fields as received, names and values in turn: the form that hides no second field of a name (CRED-2). */
  readonly rawHeaders: readonly string[]
}
