import { run } from './run.ts'

/** What a command line has printed and how it ended. */
export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface Given {
  /** Standard input; `undefined` is a terminal where nobody types. */
  readonly input?: string | Uint8Array | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Columns of standard output, where that is a terminal. */
  readonly columns?: number | undefined
  readonly now?: number | undefined
}

/** Runs a command line in this process. */
export async function cli(args: readonly string[], { input, env = {}, columns, now }: Given = {}): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: columns !== undefined,
    columns,
    hasColors: () => true,
    write: (text: string) => (written[name] += text),
  })
  const exitCode = await run(args, {
    stdin: Object.assign(piecesOf(input), { isTTY: input === undefined }),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env,
    now: () => now ?? Date.now(),
  })
  return { exitCode, ...written }
}

async function* piecesOf(input: string | Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(input ?? '')
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536)
}

/** A token of these parts, which nobody has signed. */
export function tokenOfParts(header: object | string, claims: object | string, signature = 'A'.repeat(86)): string {
  const segment = (part: object | string) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  return `${segment(header)}.${segment(claims)}.${signature}`
}
