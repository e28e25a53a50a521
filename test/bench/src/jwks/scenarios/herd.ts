import type { Stage } from '../child/stage.ts'

export const herdSize = 1_000

export interface HerdResult {
  readonly fetches: number
  readonly failed: number
}

/** A process has just started, and a thousand requests come at once. */
export async function playHerd(stage: Stage): Promise<HerdResult> {
  await stage.publish('first')
  const answers = await Promise.all(
    Array.from({ length: herdSize }, (_, index) => stage.accepts(stage.token('first', index))),
  )
  return { fetches: await stage.countFetches(), failed: answers.filter((accepted) => !accepted).length }
}
