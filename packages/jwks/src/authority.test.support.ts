import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import {
  createJwks,
  type Jwks,
  type JwksEvent,
  type JwksOptions,
  type JwksSource,
  type JwksUnavailableError,
} from './index.ts'
import { makeKey, type SigningKey } from './keys.test.support.ts'
import { advanceTime, until } from './time.test.support.ts'

/** What became of a look-up. */
export interface Outcome {
  readonly answer: 'found' | 'unknown' | 'jwks_unavailable'
  readonly waitedMs: number
}

export type Answer = (response: ServerResponse, request: IncomingMessage, authority: Authority) => void

/** An authorization server on loopback that does what it is told to, and the sources of keys that read from it. */
export class Authority {
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly at: number }[] = []
  /** What is published. */
  keys: readonly SigningKey[]
  /** Header fields of the key set. */
  headers: Readonly<Record<string, string>> = {}
  /** What it answers instead of the key set. */
  answer: Answer | undefined
  /** What it answers instead of the metadata. */
  metadata: Answer | undefined
  port = 0
  #held = 0
  #sources: Jwks[] = []
  #server = createServer((request, response) => this.#respond(request, response))

  constructor(keys: readonly SigningKey[]) {
    this.keys = keys
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get url(): string {
    return `${this.issuer}/jwks`
  }

  /** How often the key set was asked for. */
  get fetches(): number {
    return this.requests.filter(({ path }) => path === '/jwks').length
  }

  /** Somebody waits for an answer that does not come. */
  get isHolding(): boolean {
    return this.#held > 0
  }

  /** Nothing happens any more unless time passes. */
  get isSettled(): boolean {
    return this.isHolding || this.#sources.every((source) => !source.inspect().fetching)
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve))
    this.port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  /** A source of its keys, or another one to be closed with it. */
  open(options?: JwksOptions, source: JwksSource = this.url): Jwks {
    const jwks = createJwks(source, options)
    this.#sources.push(jwks)
    return jwks
  }

  close(): void {
    for (const source of this.#sources) source.close()
  }

  /** Answers nothing by itself: time has to pass. */
  hold(response: ServerResponse): void {
    this.#held++
    response.once('close', () => this.#held--)
  }

  async advance(ms: number): Promise<void> {
    await advanceTime(ms, () => this.isSettled)
  }

  /** Looks a key up, and lets time pass until there is an answer. */
  async ask(jwks: Jwks, { kid, alg }: { kid: string | undefined; alg: string }): Promise<Outcome> {
    const askedAt = performance.now()
    let outcome: Outcome | undefined
    const answered = (answer: Outcome['answer']) => (outcome = { answer, waitedMs: performance.now() - askedAt })
    const found = (async () => jwks.find({ kid, alg }))()
    void found.then(
      (keys) => answered(keys.length > 0 ? 'found' : 'unknown'),
      (error: JwksUnavailableError) => answered(error.code),
    )
    await until(() => outcome !== undefined || this.isSettled)
    while (outcome === undefined) await this.advance(25)
    return outcome
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    this.requests.push({ path, headers: request.headers, at: performance.now() })
    const own = path.startsWith('/jwks') ? this.answer : this.metadata
    const usual = path === '/jwks' ? answers.keySet : path === metadataPath ? answers.metadata : answers.status(404)
    ;(own ?? usual)(response, request, this)
  }
}

export const metadataPath = '/.well-known/oauth-authorization-server'

const fixedAnswers = {
  keySet: (response, _request, { keys, headers }) => {
    response.writeHead(200, headers).end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
  },
  metadata: (response, _request, { issuer, url }) => {
    response.end(JSON.stringify({ issuer, jwks_uri: url }))
  },
  cut: (response) => response.socket?.destroy(),
  hang: (response, _request, authority) => authority.hold(response),
  /** One byte a second. */
  drip: (response, _request, authority) => {
    authority.hold(response)
    response.write('{')
    const drip = () => {
      response.write(' ')
      timer = setTimeout(drip, 1_000)
    }
    let timer = setTimeout(drip, 1_000)
    response.once('close', () => clearTimeout(timer))
  },
} satisfies Record<string, Answer>

/** The ways in which an authorization server answers. */
export const answers = {
  ...fixedAnswers,
  status: (status: number, headers: Readonly<Record<string, string>> = {}): Answer => {
    return (response) => response.writeHead(status, headers).end('{"keys":[]}')
  },
  body: (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer => {
    return (response) => response.writeHead(200, headers).end(body)
  },
  redirect: (location: string, status = 302): Answer => answers.status(status, { location }),
}

/** Started for one test. */
export async function startAuthority(...keys: SigningKey[]): Promise<Authority> {
  const authority = new Authority(keys.length > 0 ? keys : [makeKey('first')])
  await authority.listen()
  onTestFinished(async () => {
    authority.close()
    await authority.stop()
  })
  return authority
}

/** All events from now on. */
export function listen(jwks: Pick<Jwks, 'subscribe'>) {
  const events: JwksEvent[] = []
  jwks.subscribe((event) => events.push(event))
  const ofType = <Type extends JwksEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<JwksEvent, { type: Type }> => event.type === type)
  return { all: events, types: () => events.map(({ type }) => type), ofType }
}
