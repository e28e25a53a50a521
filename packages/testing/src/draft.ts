import type { Signer } from '@sallyport/issuer'

/** Members of a JOSE header, or claims. */
export type Members = Readonly<Record<string, unknown>>

/** A token before it is signed. */
export interface Draft {
  readonly header: Members
  readonly claims: Members
}

/** Takes a signed token apart again. */
export function draftOf(token: string): Draft {
  const [header = '', claims = ''] = token.split('.')
  return { header: parseSegment(header), claims: parseSegment(claims) }
}

/** Sets members, and takes those out that are `undefined`. */
export function override(members: Members, overrides: Members = {}): Members {
  return Object.fromEntries(Object.entries({ ...members, ...overrides }).filter(([, value]) => value !== undefined))
}

/** What is signed: header and claims as segments (RFC 7515 §5.1). */
export function signingInput({ header, claims }: Draft): string {
  return `${segment(JSON.stringify(header))}.${segment(JSON.stringify(claims))}`
}

/** Signs whatever the header says. */
export async function signDraft(draft: Draft, signer: Signer): Promise<string> {
  const input = signingInput(draft)
  return `${input}.${segment(await signer.sign(Buffer.from(input)))}`
}

export function segment(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}

function parseSegment(text: string): Members {
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Members
}
