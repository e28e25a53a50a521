import type { CreateContender } from './contender.ts'
import { createSallyport } from './sallyport-verifier.ts'

/** Fewer than there are distinct tokens, which come in turn: each is forgotten before it comes again. */
const maxEntriesForDistinctTokens = 500

/** Sallyport as it is shipped, with its cache. */
export const create: CreateContender = async (situation) =>
  createSallyport(
    situation,
    situation.repetition === 'distinct' ? { maxEntries: maxEntriesForDistinctTokens } : undefined,
  )
