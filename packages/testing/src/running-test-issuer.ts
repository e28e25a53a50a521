import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from '@sallyport/issuer'
import { type TestAuthority, type TestAuthorityOptions, authorityOptionNames, createAuthority } from './authority.ts'
import { checkOneOf, checkOptions } from './checks.ts'
import { type Answer, answerNames, answers } from './answers.ts'

/** Options for a verifier or an adapter that fetches a test issuer's keys. */
export interface RunningTestVerifierOptions {
  readonly issuer: string
  readonly audience: string
  /** The API's decryption key, where the issuer was made with `encrypted`. */
  readonly decryption?: { readonly keys: readonly JWK[] }
}

/** A request that a running test issuer received. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query, at most 1,024 characters of them. */
  readonly path: string
}

/** A test issuer on a loopback port. */
export interface RunningTestIssuer extends TestAuthority {
  /** What the API under test is given instead of its real options; the keys are found by discovery. */
  readonly verifierOptions: RunningTestVerifierOptions
  /** What was fetched, oldest first; the last 1,000 requests are kept. */
  requests(): readonly ReceivedRequest[]
  /** Answers with a fault from now on, or with the documents again. */
  respondWith(answer: Answer): void
  /** Stops at once: open connections are cut. */
  close(): Promise<void>
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

const maxRequests = 1_000
const maxPathLength = 1_024

/**
 * Starts a throw-away issuer for tests on a free loopback port, with discovery and JWKS: for tests of what happens to
 * an API when keys are rotated or cannot be fetched. Its identifier is its origin.
 *
 * Only for tests: it signs whatever it is asked to.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const as = await startTestIssuer()
 * const verifier = createVerifier(as.verifierOptions)
 * as.respondWith('down')
 * await as.close()
 * ```
 */
export async function startTestIssuer(options: TestAuthorityOptions = {}): Promise<RunningTestIssuer> {
  checkOptions(options, authorityOptionNames)
  const received: ReceivedRequest[] = []
  let answer: Answer = 'documents'
  let serve: (req: IncomingMessage, res: ServerResponse) => void = (_, res) => res.destroy()
  const server = createServer((req, res) => {
    received.push({ method: req.method ?? '', path: (req.url ?? '').slice(0, maxPathLength) })
    if (received.length > maxRequests) received.shift()
    serve(req, res)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const { authority, encryption, current } = await createAuthority(issuer, options)
    serve = (req, res) => answers[answer](req, res, current())
    return Object.freeze({
      ...authority,
      verifierOptions: Object.freeze({ issuer, audience: authority.audience, ...encryption?.verifierOptions }),
      requests: () => [...received],
      respondWith: (next: Answer) => {
        checkOneOf(next, answerNames, 'answer')
        answer = next
      },
      close,
      [Symbol.asyncDispose]: close,
    })
  } catch (error) {
    await close()
    throw error
  }
}
