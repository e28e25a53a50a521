import { errorCodes } from '@sallyport/core'
import fc from 'fast-check'
import { Clock, epoch } from '../clock.ts'
import { nestedPolicy } from '../policy.ts'
import { Random } from '../random.ts'
import { cook, recipes } from '../recipe.ts'
import { Proof } from '../reference/proof.ts'
import { verdictOf } from '../reference/reference.ts'
import { exchange } from './connection.ts'
import { expectedStatuses } from './expectation.ts'
import { honestRequest, type RequestDraft, writeRequest } from './request-draft.ts'
import type { Tokens } from './request-step.ts'
import { requestStepNames, requestSteps, type RequestStepName } from './request-steps.ts'
import { MalformedResponseError, parseResponses, type Response } from './responses.ts'
import type { FuzzServer } from './servers.ts'

/** A connection that went wrong. */
export interface HttpDisagreement {
  readonly server: string
  readonly what: string
  /** The seed of the connection, which makes it again. */
  readonly seed: number
  readonly steps: readonly (readonly RequestStepName[])[]
  /** What was sent, as latin1. */
  readonly sent: string
  readonly received: string
}

/** Tokens short enough for a header, which Node.js ends at 16 kB. */
const maxLength = 4_000

/** Good and bad tokens, by the reference. */
export async function prepareTokens(seed: number): Promise<Tokens> {
  const good: string[] = []
  for (let index = 0; good.length < 8; index++) {
    const kind = index % 2 === 0 ? 'signed' : 'nested'
    const token = cook({ kind, seed: index, now: epoch, draft: [], members: [], text: [] })
    const { codes } = await verdictOf(nestedPolicy, new Proof(token), epoch)
    if (codes.size === 0 && token.length < maxLength) good.push(token)
  }
  const bad: string[] = []
  for (const recipe of fc.sample(recipes, { numRuns: 300, seed })) {
    const token = cook(recipe)
    const { codes } = await verdictOf(nestedPolicy, new Proof(token), epoch)
    // What a field cannot hold at all belongs to the steps, which know what they do.
    if (codes.size > 0 && token.length < maxLength && /^[\x21-\x7e]+$/.test(token)) bad.push(token)
  }
  return { good, bad }
}

/** Fuzzes servers over sockets. All that is sent follows from the seed. */
export class HttpSession {
  readonly statuses = new Map<string, number>()
  readonly clock = new Clock(epoch)
  connections = 0
  requests = 0
  #tokens: Tokens
  #seed: number

  constructor(tokens: Tokens, seed: number) {
    this.#tokens = tokens
    this.#seed = seed
  }

  /** One connection to each server, and an honest request afterwards. */
  async runOnce(servers: readonly FuzzServer[]): Promise<HttpDisagreement[]> {
    const seed = this.#seed + this.connections++
    const found = await Promise.all(servers.map((server) => this.#runAt(server, seed)))
    return found.flat()
  }

  async #runAt(server: FuzzServer, seed: number): Promise<HttpDisagreement[]> {
    const random = new Random(seed)
    const { drafts, steps } = draftConnection(random, this.#tokens)
    this.requests += drafts.length
    const bytes = Buffer.concat(drafts.map(writeRequest))
    const isOpenEnded = drafts.some((draft) => draft.isOpenEnded)
    const received = await exchange(server.port, cut(bytes, random), isOpenEnded)
    const report = (what: string): HttpDisagreement => ({
      server: server.name,
      what,
      seed,
      steps,
      sent: bytes.toString('latin1'),
      received: received.bytes.toString('latin1'),
    })
    if (received.isTimedOut) return [report('no answer, and no end of the connection')]
    try {
      const methods = drafts.map(({ method }) => method)
      const responses = parseResponses(received.bytes, methods)
      for (const { status } of responses) this.#count(`${server.name} ${status}`)
      const wrong = this.#judge(server, drafts, bytes, responses)
      if (wrong !== undefined) return [report(wrong)]
    } catch (error) {
      if (!(error instanceof MalformedResponseError)) throw error
      return [report(`malformed: ${error.message}`)]
    }
    return (await this.#isAlive(server)) ? [] : [report('an honest request afterwards is refused')]
  }

  #judge(
    { name }: FuzzServer,
    drafts: readonly RequestDraft[],
    sent: Buffer,
    responses: readonly Response[],
  ): string | undefined {
    const { good } = this.#tokens
    const isClean = drafts.every((draft) => draft.isClean)
    const allowed = [
      200,
      400,
      401,
      403,
      431,
      // A route that Nest does not find comes before its guards.
      ...(name === 'nest' ? [404] : []),
      // Node.js's own answers to extensions of chunks that are too long, and to Expect with another value.
      ...(isClean ? [] : [413, 417]),
    ]
    for (const { status, fields, body } of responses) {
      if (!allowed.includes(status)) return `status ${status}`
      const challenge = fields.get('www-authenticate')
      if (status === 401 && !/^Bearer( error="[a-z_]+", error_description="[^"\\]+")?$/.test(challenge ?? '')) {
        return 'a 401 without a challenge'
      }
      if (/^\s+at /m.test(body)) return 'a stack trace'
      if ([401, 403].includes(status) && body !== '' && !isRefusal(body)) return 'another body'
    }
    if (!isClean) {
      const text = sent.toString('latin1')
      const passes = responses.some(({ status }) => status === 200)
      return passes && !good.some((token) => text.includes(token)) ? 'passed without a good token' : undefined
    }
    if (responses.length !== drafts.length) return `${responses.length} responses to ${drafts.length} requests`
    for (const [index, draft] of drafts.entries()) {
      const { status, body } = responses[index]!
      const expected = expectedStatuses(draft, good)
      if (!expected.has(status))
        return `status ${status} instead of ${[...expected].join(' or ')}, request ${index + 1}`
      if (status === 200 && draft.method !== 'HEAD' && body !== JSON.stringify({ id: draft.id }))
        return 'another answer'
    }
    return undefined
  }

  async #isAlive({ port }: FuzzServer): Promise<boolean> {
    const draft = lastRequest(this.#tokens)
    const { bytes } = await exchange(port, [writeRequest(draft)], false)
    return bytes.toString('latin1').startsWith('HTTP/1.1 200 ')
  }

  #count(key: string): void {
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1)
  }
}

/** CHAL-6 */
function isRefusal(body: string): boolean {
  const { code } = JSON.parse(body) as { readonly code?: string }
  return code !== undefined && Object.hasOwn(errorCodes, code)
}

function lastRequest({ good }: Tokens): RequestDraft {
  const draft = honestRequest('last', good[0]!)
  draft.fields.push({ name: 'Connection', value: 'close' })
  return draft
}

/** One to four requests in one go; the last one ends the connection, unless there is no telling where it begins. */
function draftConnection(random: Random, tokens: Tokens) {
  const drafts: RequestDraft[] = []
  const steps: RequestStepName[][] = []
  const count = random.between(1, 3)
  for (let index = 0; index < count; index++) {
    const draft = honestRequest(`r${index}`, random.pick(tokens.good))
    const names = Array.from({ length: random.below(3) }, () => random.pick(requestStepNames))
    for (const name of names) requestSteps[name](draft, random, tokens)
    // Node.js ends a head at 16 kB.
    if (writeRequest(draft).length > 15_500) Object.assign(draft, { isClean: false, isOpenEnded: true })
    drafts.push(draft)
    steps.push(names)
    if (draft.isOpenEnded) break
  }
  if (drafts.every(({ isOpenEnded }) => !isOpenEnded)) drafts.push(lastRequest(tokens))
  // After a request that may be read in several ways nobody knows which response has no body.
  if (drafts.some(({ isClean }) => !isClean)) {
    for (const draft of drafts) if (draft.method === 'HEAD') draft.method = 'GET'
  }
  return { drafts, steps }
}

function cut(bytes: Buffer, random: Random): readonly Buffer[] {
  if (random.chance(0.5)) return [bytes]
  const at = random.below(bytes.length + 1)
  return [bytes.subarray(0, at), bytes.subarray(at)]
}
