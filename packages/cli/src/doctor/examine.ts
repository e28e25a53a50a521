import { faultFailure } from '../failure.ts'
import { isLoopback } from './addresses.ts'
import { examineApi } from './api/index.ts'
import { examineAuthorizationServer, type Place, searchMetadata, wellKnownOf } from './authorization-server/index.ts'
import { type Finding, problem } from './finding.ts'
import type { Examination, Section } from './section.ts'
import {
  type Answer,
  type HttpClient,
  judgeClock,
  judgePlainHttp,
  judgeStrictTransport,
  judgeTls,
  NoAnswer,
  probeTls,
} from './transport/index.ts'

export interface ExamineOptions {
  readonly client: HttpClient
  readonly timeoutMs: number
  readonly ca: string | undefined
  readonly now: () => number
  /** What it is; `undefined`: what answers decides. */
  readonly kind: Examination['kind'] | undefined
}

/**
 * Examines a server.
 *
 * @param given the address as it was typed: an issuer is compared with it character by character
 * @throws CommandFailure when nothing answers at all
 */
export async function examine(url: URL, given: string, options: ExamineOptions): Promise<Examination> {
  const { client, kind, now } = options
  const tls = await examineTls(url, options)
  const transport = (answer: Answer | undefined): Section => ({
    title: 'Connection',
    findings: answer === undefined ? tls : [...tls, judgeClock(answer), ...judgeStrictTransport(url, answer)],
  })
  const { issuer, ...places } = wellKnownOf(url, given)
  const searched = kind === 'api' ? undefined : await searchMetadata(client, { issuer, ...places })
  const isServer = kind === 'authorization-server' || searched?.some(({ metadata }) => metadata !== undefined) === true
  if (searched !== undefined && isServer) {
    const answer = answerOf(searched)
    if (answer === undefined)
      return { kind: 'authorization-server', sections: [transport(undefined), ...whyNot(url, tls, searched)] }
    const sections = await examineAuthorizationServer(client, issuer, searched)
    return { kind: 'authorization-server', sections: [transport(answer), ...sections] }
  }
  try {
    const { sections, answer } = await examineApi(client, url, now())
    return { kind: 'api', sections: [transport(answer), ...sections] }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return { kind: 'api', sections: [transport(undefined), ...whyNoAnswer(url, tls, error)] }
  }
}

async function examineTls(url: URL, { timeoutMs, ca, now }: ExamineOptions): Promise<readonly Finding[]> {
  if (url.protocol !== 'https:') return [judgePlainHttp(isLoopback(url))]
  const facts = await probeTls(url, { timeoutMs, ca })
  return facts === undefined ? [] : judgeTls(facts, now())
}

function answerOf(places: readonly Place[]): Answer | undefined {
  const best =
    places.find(({ metadata }) => metadata !== undefined) ?? places.find(({ answer }) => answer !== undefined)
  return best?.answer
}

function whyNot(url: URL, tls: readonly Finding[], places: readonly Place[]): readonly Section[] {
  const failure = places.find((place) => place.failure !== undefined)?.failure
  return whyNoAnswer(url, tls, failure ?? new NoAnswer('network', 'it does not answer'))
}

/** TLS that no client accepts is a finding; a server that cannot be reached is none. */
function whyNoAnswer(url: URL, tls: readonly Finding[], failure: NoAnswer): readonly Section[] {
  if (tls.some(({ level }) => level === 'problem') && url.protocol === 'https:') return []
  if (failure.kind === 'network' || failure.kind === 'timeout') {
    throw faultFailure(`${url.origin}: ${failure.message}.`, 'Is the address right, and is it up?')
  }
  return [{ title: 'Answers', findings: [problem('answers.missing', `${url.origin}: ${failure.message}.`)] }]
}
