import type { CreateContender } from './contender.ts'
import { createSallyport } from './sallyport-verifier.ts'

/**
 * Sallyport as it is shipped, with its cache. Tokens that shall be distinct come in turn for as long as is measured: with
 * each turn it is made anew, so that none ever comes again.
 */
export const create: CreateContender = async (situation) => {
  let contender = createSallyport(situation, undefined)
  if (situation.repetition !== 'distinct') return contender
  let first: string | undefined
  return {
    ...contender,
    verify: (token) => {
      first ??= token
      if (token === first) contender = createSallyport(situation, undefined)
      return contender.verify(token)
    },
  }
}
