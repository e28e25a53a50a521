import {
  AccessTokenError,
  type AccessTokenErrorCode,
  type Authentication,
  createVerifier,
  type RefusedEvent,
  type VerifierOptions,
} from '@sallyport/core'

/** What the verifier decided about a token. */
export type Decision =
  | {
      readonly kind: 'accepted'
      readonly authentication: Authentication
      readonly keyId: string | undefined
      readonly algorithm: string
    }
  | {
      readonly kind: 'refused'
      readonly code: AccessTokenErrorCode
      readonly error: AccessTokenError
      readonly detail: RefusedEvent | undefined
    }

/**
 * Verifies one token, as an API with these options would.
 *
 * @throws ConfigurationError
 */
export async function decide(token: string, options: VerifierOptions): Promise<Decision> {
  const verifier = createVerifier(options)
  let keyId: string | undefined
  let algorithm = ''
  let detail: RefusedEvent | undefined
  verifier.subscribe((event) => {
    if (event.type === 'accepted') ({ keyId, algorithm } = event)
    if (event.type === 'refused') detail = event
  })
  try {
    return { kind: 'accepted', authentication: await verifier.verify(token), keyId, algorithm }
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error
    return { kind: 'refused', code: error.code, error, detail }
  }
}
