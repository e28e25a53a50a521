import type { Random } from '../random.ts'
import type { Field, RequestDraft } from './request-draft.ts'

/** Tokens to send: good ones, and ones that are none or spoilt. */
export interface Tokens {
  readonly good: readonly string[]
  readonly bad: readonly string[]
}

/** Changes a request; `random` and `tokens` are all that it may choose from. */
export type RequestStep = (draft: RequestDraft, random: Random, tokens: Tokens) => void

const isNamed = (name: string) => (field: Field) => field.name.toLowerCase() === name

export function someToken({ good, bad }: Tokens, random: Random): string {
  return random.pick(random.chance(0.5) ? good : bad)
}

export function setAuthorization(draft: RequestDraft, value: string): void {
  const field = draft.fields.find(isNamed('authorization'))
  if (field === undefined) draft.fields.push({ name: 'Authorization', value })
  else field.value = value
}

export function removeAuthorization(draft: RequestDraft): void {
  draft.fields = draft.fields.filter((field) => !isNamed('authorization')(field))
}

export function addSomewhere(draft: RequestDraft, random: Random, field: Field): void {
  draft.fields.splice(random.below(draft.fields.length + 1), 0, field)
}

export function setBody(draft: RequestDraft, body: string): void {
  draft.body = Buffer.from(body, 'latin1')
  draft.fields = draft.fields.filter((field) => !isNamed('content-length')(field))
  draft.fields.push({ name: 'Content-Length', value: String(draft.body.length) })
}

/** Changes the bytes: nobody promises how they are read then. */
export function changeBytes(draft: RequestDraft, change: (bytes: Buffer) => Buffer): void {
  draft.rawSteps.push(change)
  draft.isClean = false
  draft.isOpenEnded = true
}

export function replaceText(draft: RequestDraft, pattern: RegExp, replacement: string): void {
  changeBytes(draft, (bytes) => Buffer.from(bytes.toString('latin1').replace(pattern, replacement), 'latin1'))
}
