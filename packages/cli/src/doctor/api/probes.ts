import type { Answer, HttpClient } from '../transport/index.ts'

/** An origin that nobody has (RFC 6761): what is granted to it is granted to everybody. */
export const strangersOrigin = 'https://sallyport-doctor.invalid'

/** Text that stands for a token, and that nobody could have. */
export const madeUpToken = 'sallyport-doctor-is-not-a-token'

/** What is sent to an API. No token of the user's is among it. */
export interface Probes {
  /** No credential. */
  readonly bare: Answer
  /** A made-up token. */
  readonly madeUp: Answer
  /** A well-formed JWT that nobody has signed. */
  readonly unsigned: Answer
  /** Two tokens in one field. */
  readonly malformed: Answer
  /** A made-up token in the query. */
  readonly query: Answer
  /** Another origin's page asks whether it may. */
  readonly preflight: Answer
  /** A page without an origin of its own, in a frame, asks. */
  readonly nullOrigin: Answer
}

/** @throws NoAnswer */
export async function sendProbes(client: HttpClient, url: URL, nowMs: number): Promise<Probes> {
  const bare = await client.send(url, { headers: { origin: strangersOrigin } })
  const bearer = (token: string) => client.send(url, { headers: { authorization: `Bearer ${token}` } })
  const withQuery = new URL(url)
  withQuery.searchParams.set('access_token', madeUpToken)
  const asking = {
    origin: strangersOrigin,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  }
  return {
    bare,
    madeUp: await bearer(madeUpToken),
    unsigned: await bearer(unsignedToken(url, nowMs)),
    malformed: await bearer(`${madeUpToken} ${madeUpToken}`),
    query: await client.send(withQuery),
    preflight: await client.send(url, { method: 'OPTIONS', headers: asking }),
    nullOrigin: await client.send(url, { headers: { origin: 'null' } }),
  }
}

/** `alg` none: whoever takes it takes everything. */
function unsignedToken(url: URL, nowMs: number): string {
  const now = Math.floor(nowMs / 1000)
  const header = { alg: 'none', typ: 'at+jwt' }
  const claims = {
    iss: url.origin,
    sub: 'sallyport-doctor',
    aud: url.origin,
    client_id: 'sallyport-doctor',
    iat: now,
    exp: now + 300,
    jti: 'sallyport-doctor',
  }
  const segment = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${segment(header)}.${segment(claims)}.`
}
