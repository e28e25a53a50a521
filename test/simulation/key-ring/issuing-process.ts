import type { IncomingMessage, ServerResponse } from 'node:http'
import { createIssuer, createKeyRing, type Issuer, type SigningKeyRing } from '@sallyport/issuer'
import { decodeProtectedHeader } from 'jose'
import type { CrashMoment, SharedStorage } from './shared-storage.ts'

export const policy = {
  rotateEverySeconds: 10 * 86_400,
  // Less than the longest time that documents may be kept: the ring has to see to it.
  publishAheadSeconds: 43_200,
  longestTokenLifetimeSeconds: 86_400,
  clockToleranceSeconds: 300,
}

/** What a verifier fetches. */
export interface FetchedSet {
  readonly kids: ReadonlySet<string>
  readonly maxAgeSeconds: number
}

/** One of several processes that issue tokens with the same key ring. It can die, and another one takes its place. */
export class IssuingProcess {
  isDead = false
  readonly keyRing: SigningKeyRing
  #issuer: Issuer

  private constructor(keyRing: SigningKeyRing, issuer: Issuer) {
    this.keyRing = keyRing
    this.#issuer = issuer
  }

  /** `undefined` where it dies at once, or cannot begin. */
  static async start(
    storage: SharedStorage,
    dies: (moment: CrashMoment) => boolean,
    now: () => number,
  ): Promise<IssuingProcess | undefined> {
    const mortal = { isDead: false, dies }
    try {
      const keyRing = await createKeyRing({ storage: storage.viewOf(mortal, now), ...policy })
      const issuer = await createIssuer({ issuer: 'https://as.example', keyRing, documentMaxAgeSeconds: 86_400 })
      const started = new IssuingProcess(keyRing, issuer)
      Object.defineProperty(started, 'isDead', { get: () => mortal.isDead })
      return mortal.isDead ? started.#buried() : started
    } catch {
      return undefined
    }
  }

  /** The id of the key that a token was signed with; `undefined` where the process dies of it. */
  async issue(lifetimeSeconds: number): Promise<string | undefined> {
    const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example', lifetimeSeconds }
    const token = await this.#issuer.issueAccessToken(request).catch(this.#unlessDead)
    return token === undefined || this.isDead ? this.#buried() : decodeProtectedHeader(token).kid
  }

  /** Asks the handler for the JWKS, as over HTTP. */
  async publish(): Promise<FetchedSet | undefined> {
    const { cacheControl, body } = await new Promise<{ cacheControl: string; body: string }>((resolve) => {
      let cacheControl = ''
      const response = {
        writeHead: (_: number, headers: Readonly<Record<string, string>>) => {
          cacheControl = headers['cache-control'] ?? ''
          return response
        },
        end: (bytes: Buffer) => resolve({ cacheControl, body: bytes.toString() }),
      }
      const request = { method: 'GET', url: '/.well-known/jwks.json', headers: {} }
      this.#issuer.handler(request as IncomingMessage, response as unknown as ServerResponse)
    })
    if (this.isDead) return this.#buried()
    const { keys } = JSON.parse(body) as { readonly keys: readonly { readonly kid: string }[] }
    return { kids: new Set(keys.map(({ kid }) => kid)), maxAgeSeconds: Number(/max-age=(\d+)/.exec(cacheControl)?.[1]) }
  }

  /** @returns whether it has lived through it */
  async act(change: () => Promise<void>): Promise<boolean> {
    await change().catch(this.#unlessDead)
    if (this.isDead) this.#buried()
    return !this.isDead
  }

  #unlessDead = (error: unknown): undefined => {
    if (!this.isDead && !(error instanceof Error && 'code' in error)) throw error
  }

  #buried(): undefined {
    this.keyRing.close()
  }
}
