import type { ServerResponse } from 'node:http'
import type { Random } from '../fuzz/random.ts'
import type { Reach } from './memory-network.ts'

/** An answer that went wrong. */
export interface Mishap {
  readonly response: ServerResponse
  /** What would have been the body. */
  readonly body: string
  readonly random: Random
  /** The server's own clock, which nobody adjusts. */
  readonly serverTimeMs: number
  /** The server asks not to be asked again for so long. */
  askForPause(ms: number): void
}

/** What goes wrong on the way to the authorization server, or there. */
export interface Fault {
  /** Nobody gets as far as the server. */
  readonly reach?: Exclude<Reach, 'reachable'>
  readonly answer?: (mishap: Mishap) => void
}

const html = '<!doctype html><title>Down for maintenance</title><p>We will be back soon.'

const catalogue = {
  down: { reach: 'refused' },
  unreachable: { reach: 'unreachable' },
  hang: { answer: () => {} },
  /** One character a second, of a good answer too. */
  slowDrip: {
    answer: ({ response, body }) => {
      const rest = body[Symbol.iterator]()
      const drip = () => {
        response.write(rest.next().value ?? ' ')
        timer = setTimeout(drip, 1_000)
      }
      let timer = setTimeout(drip, 0)
      response.once('close', () => clearTimeout(timer))
    },
  },
  cut: {
    answer: ({ response, body }) => {
      response.writeHead(200, { 'content-length': body.length })
      response.write(body.slice(0, body.length / 2))
      setTimeout(() => response.socket?.destroy(), 10)
    },
  },
  serverError: { answer: ({ response }) => void response.writeHead(500).end('{"keys":[]}') },
  pauseInSeconds: {
    answer: ({ response, random, askForPause }) => {
      const seconds = random.between(1, 300)
      askForPause(seconds * 1000)
      response.writeHead(503, { 'retry-after': String(seconds) }).end()
    },
  },
  pauseUntilDate: {
    answer: ({ response, random, serverTimeMs, askForPause }) => {
      const pauseMs = random.between(1, 300) * 1000
      askForPause(pauseMs)
      response.writeHead(429, { 'retry-after': new Date(serverTimeMs + pauseMs).toUTCString() }).end()
    },
  },
  garbage: { answer: ({ response, random }) => void response.end(random.bytes(random.between(1, 2_000))) },
  html: { answer: ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end(html) },
  nothing: { answer: ({ response }) => void response.end() },
  emptySet: { answer: ({ response }) => void response.end('{"keys":[]}') },
  otherKindOfSet: { answer: ({ response }) => void response.end('{"keys":[{"kty":"oct","kid":"k","k":"c2VjcmV0"}]}') },
  huge: { answer: ({ response, body }) => void response.end(body.padEnd(700_000)) },
  hugeInPieces: {
    answer: ({ response, body }) => {
      response.write(body)
      for (let piece = 0; piece < 12; piece++) response.write(' '.repeat(64_000))
      response.end()
    },
  },
  redirectElsewhere: {
    answer: ({ response }) => void response.writeHead(302, { location: 'https://elsewhere.example/jwks' }).end(),
  },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof catalogue

export const faultNames = Object.keys(catalogue) as FaultName[]

export const faults: Readonly<Record<FaultName, Fault>> = catalogue
