/** Waits for something that goes on by itself, but no longer than this. */
export async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, enough])
  clearTimeout(timer)
}

/**
 * Waits for an answer no longer than this.
 *
 * @throws what `late` makes of the message
 */
export async function within<T>(ms: number, answer: Promise<T>, late: (message: string) => Error) {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([answer, tooLong])
  } finally {
    clearTimeout(timer)
  }
}
