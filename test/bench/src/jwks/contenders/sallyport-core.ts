import { createVerifier } from '@sallyport/core'
import type { CreateContender } from './contender.ts'

/** The whole verifier, with its cache of verdicts. */
export const create: CreateContender = (endpoint) => {
  const verifier = createVerifier(endpoint)
  return (token) => verifier.verify(token)
}
