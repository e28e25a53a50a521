/** Where a contender gets its keys, and what its tokens have to say. */
export interface Endpoint {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
}

/** Verifies an access token; rejects, or throws, when the token is refused. */
export type Verify = (token: string) => unknown

/** What each file of a contender exports as `create`. */
export type CreateContender = (endpoint: Endpoint) => Verify
