import { markdownBlocks } from './markdown-blocks.ts'

/*
 * The programs in a README. Its author writes plain user code; this is all there is to know:
 *
 * - Every block fenced as `ts` (or `cts`, `js`, `cjs`) is a program of its own: it is type-checked, then run. It may
 *   import the packages, and what test/package.json has. One that ends must end by itself, without an error.
 * - `ts no-run` is type-checked only: for what needs an authorization server on the internet.
 * - `https://as.example` is a real issuer on loopback while the program runs, which mints tokens for the audience
 *   `https://api.example`. Port 3000 is a free port.
 * - A block that starts a server says what it answers, in a comment right before the block; `with` gives the scopes of
 *   the access token that is sent, else none is sent:
 *
 *       <!-- requests: GET /reports 401, GET /reports with reports:read 200, GET /reports with other 403 -->
 *
 * - What readers need not see stands in comments, right before or right after the block:
 *
 *       <!-- before
 *       import express from 'express'
 *       const app = express()
 *       -->
 *
 *       <!-- after
 *       app.listen(3000)
 *       -->
 *
 * - `<!-- continues -->` right before a block: its program starts with that of the block before it.
 */

export interface ReadmeRequest {
  readonly method: string
  readonly path: string
  /** Scopes of the access token; without it, none is sent. */
  readonly scope: string | undefined
  readonly status: number
}

export interface ReadmeProgram {
  /** Of the opening fence, counted from 1. */
  readonly line: number
  readonly language: string
  readonly isRun: boolean
  readonly requests: readonly ReadmeRequest[]
  /** The README's lines with all that are not the program's emptied, so that errors give the README's line numbers. */
  readonly text: string
}

export function readmePrograms(markdown: string): ReadmeProgram[] {
  const lines = markdown.split(/\r?\n/)
  const programs: (Omit<ReadmeProgram, 'text'> & { numbers: number[] })[] = []
  let pending = { numbers: [] as number[], requests: [] as ReadmeRequest[], isContinuation: false }
  let isRightAfterProgram = false

  for (const { kind, start, info, inner } of markdownBlocks(lines)) {
    const [word = '', ...rest] = info.split(/\s+/)
    const fail = (reason: string) => new Error(`line ${start + 1}: ${reason}`)
    if (kind === 'comment') {
      if (word === 'before') pending.numbers.push(...inner)
      if (word === 'requests:') pending.requests = rest.join(' ').split(/,\s*/).map(parseRequest)
      if (word === 'continues') pending.isContinuation = true
      if (word === 'after') {
        if (!isRightAfterProgram) throw fail('a comment "after" stands right after a program')
        programs.at(-1)?.numbers.push(...inner)
      }
      continue
    }
    const isProgram = kind === 'code' && /^(ts|cts|js|cjs)$/.test(word)
    if (kind === 'code' && /^([mc]?[jt]sx?|typescript|javascript|node)$/i.test(word) && !isProgram) {
      throw fail(`a program is fenced as ts, cts, js or cjs, not as ${word}`)
    }
    isRightAfterProgram = isProgram
    const { numbers, requests, isContinuation } = pending
    if (!isProgram) {
      if (numbers.length + requests.length > 0 || isContinuation) throw fail('expected a program after the comment')
      continue
    }
    const earlier = isContinuation ? (programs.at(-1)?.numbers ?? []) : []
    programs.push({
      line: start + 1,
      language: word,
      isRun: !rest.includes('no-run'),
      requests,
      numbers: [...earlier, ...numbers, ...inner],
    })
    pending = { numbers: [], requests: [], isContinuation: false }
  }
  return programs.map(({ numbers, ...program }) => {
    const text = lines.map((line, number) => (numbers.includes(number) ? line : '')).join('\n')
    return { ...program, text: `${text.trimEnd()}\n` }
  })
}

function parseRequest(text: string): ReadmeRequest {
  const [, method, path, scope, status] = /^([A-Z]+) (\/\S*)(?: with (.+))? (\d{3})$/.exec(text) ?? []
  if (method === undefined || path === undefined) {
    throw new Error(`a request is written as "GET /path with scope another 200", not as "${text}"`)
  }
  return { method, path, scope, status: Number(status) }
}
