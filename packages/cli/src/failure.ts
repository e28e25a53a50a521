/** Exit codes, the same for every command. */
export const exitCodes = { good: 0, refused: 1, usage: 2, fault: 3 } as const

/** A command could not do what it was asked to. Its message is for people, and names no token, key or secret. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly kind: 'refused' | 'usage' | 'fault'
  /** What to do about it. */
  readonly advice: string | undefined

  constructor(kind: CommandFailure['kind'], message: string, advice?: string) {
    super(message)
    this.kind = kind
    this.advice = advice
  }

  get exitCode(): number {
    return exitCodes[this.kind]
  }
}

/** What the user gave is wrong: an argument, or a file that it names. */
export function usageFailure(message: string, advice?: string): CommandFailure {
  return new CommandFailure('usage', message, advice)
}

/** What was asked for is against a rule at the moment. */
export function refusal(message: string, advice?: string): CommandFailure {
  return new CommandFailure('refused', message, advice)
}

/** Something outside failed: the network, a server, a disk. */
export function faultFailure(message: string, advice?: string): CommandFailure {
  return new CommandFailure('fault', message, advice)
}

/** The code of a system error (`ENOENT`), without the rest of it. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** A bug, in words: its message may hold anything, so that it is shown on request only. */
export function unexpected(error: unknown, withDetails: boolean): string {
  if (withDetails) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const name = codeOf(error) ?? (error instanceof Error ? error.name : typeof error)
  return `  ✗ Something unexpected: ${name}. SALLYPORT_DEBUG=1 shows more, perhaps parts of the token, too.`
}
