import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Random } from '../fuzz/random.ts'
import { type Fault, type FaultName, faults } from './faults.ts'
import { Health } from './health.ts'
import { MemoryNetwork } from './memory-network.ts'
import type { FaultSpan, Timetable } from './timetable.ts'

export const issuer = 'https://as.example'

/** An authorization server that lives by a timetable. */
export class AuthorizationServer {
  readonly network: MemoryNetwork
  readonly health: Health
  /** Thumbprints of the keys in its last good answer. */
  lastAnswer: ReadonlySet<string> = new Set()
  readonly seenFaults = new Set<FaultName>()
  #timetable: Timetable
  #random: Random
  #elapsedMs: () => number
  #unanswered = 0
  #pausedUntil = 0

  constructor(timetable: Timetable, random: Random, elapsedMs: () => number) {
    this.#timetable = timetable
    this.#random = random
    this.#elapsedMs = elapsedMs
    this.health = new Health(timetable.faults)
    const server = createServer((request, response) => this.#receive(request, response))
    const reach = () => this.#fault('everywhere')?.reach ?? 'reachable'
    this.network = new MemoryNetwork(server, reach, () => random.between(1, 50))
  }

  /** Nothing goes on here before more time has passed. */
  get waitsForTime(): boolean {
    return this.#unanswered > 0 || this.network.connecting > 0
  }

  /** Whether it has asked not to be asked now. */
  get isPaused(): boolean {
    return this.#elapsedMs() < this.#pausedUntil
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    this.#unanswered++
    const timer = setTimeout(() => this.#respond(request, response), this.#random.between(1, 100))
    response.once('close', () => {
      clearTimeout(timer)
      this.#unanswered--
    })
  }

  #respond({ url, headers }: IncomingMessage, response: ServerResponse): void {
    response.setHeader('date', new Date(this.#serverTimeMs).toUTCString())
    if (url === '/jwks') return this.#respondWithKeys(headers['if-none-match'], response)
    if (url !== '/.well-known/oauth-authorization-server') return void response.writeHead(404).end()
    const body = JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` })
    const fault = this.#fault('metadata')
    if (fault?.answer === undefined) response.end(body)
    else this.#mistreat(response, body, fault.answer, () => {})
  }

  #respondWithKeys(ifNoneMatch: string | undefined, response: ServerResponse): void {
    const published = this.#published
    const body = JSON.stringify({ keys: [...published.map(({ jwk }) => jwk), ...brokenKeys] })
    const fault = this.#fault('keys')
    if (fault?.answer !== undefined) {
      return this.#mistreat(response, body, fault.answer, (ms) => {
        const from = this.#elapsedMs()
        this.#pausedUntil = from + ms
        this.health.addPause({ from, to: from + ms })
      })
    }
    this.lastAnswer = new Set(published.map(({ thumbprint }) => thumbprint))
    const etag = `"${published.map(({ kid }) => kid).join(' ')}"`
    response.setHeader('etag', etag)
    if (this.#timetable.cacheControl !== undefined) response.setHeader('cache-control', this.#timetable.cacheControl)
    if (ifNoneMatch === etag) response.writeHead(304).end()
    else response.end(body)
  }

  get #published() {
    const now = this.#elapsedMs()
    return this.#timetable.rotations
      .filter(({ publishedAt, withdrawnAt }) => publishedAt <= now && now < withdrawnAt)
      .map(({ key }) => key)
  }

  get #serverTimeMs(): number {
    return 1_800_000_000_000 + this.#elapsedMs()
  }

  #fault(where: FaultSpan['where']): Fault | undefined {
    const now = this.#elapsedMs()
    const span = this.#timetable.faults.find(({ from, to }) => from <= now && now < to)
    if (span === undefined || (span.where !== where && span.where !== 'everywhere')) return undefined
    if (span.flaps && this.#random.chance(0.5)) return undefined
    this.seenFaults.add(span.name)
    return faults[span.name]
  }

  #mistreat(
    response: ServerResponse,
    body: string,
    answer: NonNullable<Fault['answer']>,
    askForPause: (ms: number) => void,
  ): void {
    answer({ response, body, random: this.#random, serverTimeMs: this.#serverTimeMs, askForPause })
  }
}

/** They are published beside the good ones all day long. */
const brokenKeys = [
  { kty: 'RSA', kid: 'weak', n: 'AQAB', e: 'AQAB', use: 'sig' },
  { kty: 'EC', crv: 'P-256', kid: 'off-curve', x: 'AAAA', y: 'AAAA' },
  null,
]
