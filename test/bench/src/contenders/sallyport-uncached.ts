import type { CreateContender } from './contender.ts'
import { createSallyport } from './sallyport-verifier.ts'

/** Sallyport verifying each token anew. */
export const create: CreateContender = async (situation) => createSallyport(situation, false)
