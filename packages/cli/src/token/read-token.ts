import { usageFailure } from '../failure.ts'
import type { Surroundings } from '../surroundings.ts'

/** Longest input, in bytes. No token is near it; whoever pipes a film in by mistake gets an answer. */
const maxInputBytes = 1_048_576

/** A token, and whether it came in a way that others may see. */
export interface GivenToken {
  readonly token: string
  readonly hints: readonly string[]
}

/**
 * The token of a command: its argument, or standard input for `-` and where none is given.
 *
 * @throws CommandFailure
 */
export async function readToken(argument: string | undefined, { stdin }: Surroundings): Promise<GivenToken> {
  if (argument !== undefined && argument !== '-') {
    const hint =
      'A token given as an argument stays in the shell history, and processes can see it. Pipe it in instead.'
    return { token: requireToken(argument), hints: [hint] }
  }
  if (argument === undefined && stdin.isTTY === true) {
    throw usageFailure('There is no token.', 'Pipe one in, or give "-" and paste it, then press Enter and Ctrl-D.')
  }
  return { token: requireToken(await readBounded(stdin)), hints: [] }
}

/** Input that is no larger than it may be; as text, whatever its bytes are. */
async function readBounded(stdin: Surroundings['stdin']): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk) : chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.of()
    length += bytes.length
    if (length > maxInputBytes) throw usageFailure('Standard input has more than 1 MiB: that is no token.')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function requireToken(text: string): string {
  const token = tokenOf(text)
  if (token === '') throw usageFailure('There is no token: the input is empty.')
  return token
}

/**
 * The token in what people copy: with white space around it, in quotes, as a header field, after its scheme.
 *
 * @example
 * ```ts
 * tokenOf('Authorization: Bearer abc') // 'abc'
 * ```
 */
export function tokenOf(text: string): string {
  const bare = text.trim().replace(/^(?:authorization|proxy-authorization)[ \t]*:[ \t]*/i, '')
  const unquoted = /^(["'`])(.*)\1$/s.exec(bare)?.[2] ?? bare
  return unquoted
    .trim()
    .replace(/^(?:authorization[ \t]*:[ \t]*)?(?:bearer|dpop)(?:[ \t]+|$)/i, '')
    .trim()
}
