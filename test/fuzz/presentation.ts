import {
  AccessTokenError,
  type AccessTokenErrorCode,
  type Authentication,
  errorCodes,
  type Verifier,
} from '@sallyport/core'

/** What is asked of a token at a time. */
export interface Presentation {
  readonly token: string
  /** In seconds since the epoch. */
  readonly now: number
}

/** What a verifier of Sallyport said. */
export type Answer = AccessTokenErrorCode | 'accepted'

/** What came of presenting a token. */
export interface Outcome {
  readonly answer: Answer | undefined
  readonly result: Authentication | undefined
  /** Of a kind that no verifier may throw for a token. */
  readonly error: unknown
}

export async function present(verifier: Verifier, token: string): Promise<Outcome> {
  try {
    return { answer: 'accepted', result: await verifier.verify(token), error: undefined }
  } catch (error) {
    const isDeclared =
      error instanceof AccessTokenError && Object.hasOwn(errorCodes, error.code) && error.status === 401
    if (isDeclared) return { answer: error.code, result: undefined, error: undefined }
    return { answer: undefined, result: undefined, error }
  }
}
