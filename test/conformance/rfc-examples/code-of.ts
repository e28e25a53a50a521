import { AccessTokenError } from '@sallyport/core'

/** The code of a refusal, or that there was none; anything else that is thrown fails the test. */
export async function codeOf(verdict: Promise<unknown>): Promise<string> {
  try {
    await verdict
    return 'accepted'
  } catch (error) {
    if (error instanceof AccessTokenError) return error.code
    throw error
  }
}
