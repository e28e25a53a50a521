import { randomBytes } from 'node:crypto'
import type { KeyName } from '../authority/issuer.ts'
import type { Verify } from '../contenders/contender.ts'
import type { Assignment, ChildMessage, ParentMessage } from './protocol.ts'

/** Whoever made a request does not wait longer for its answer. */
const patienceMs = 30_000

/** A set that the authorization server has sent. */
export interface ServedSet {
  readonly at: number
  readonly kids: readonly string[]
}

/** Where a scenario is played: one contender, and an authorization server that does what it is told to. */
export class Stage {
  /** In the order in which they were sent. */
  readonly served: ServedSet[] = []
  #verify: Verify
  #assignment: Assignment
  /** Who awaits the parent's answers, which come in the order of the questions. */
  #awaiting: ((asked: number) => void)[] = []
  #unknownParts: readonly [string, string]

  constructor(verify: Verify, assignment: Assignment) {
    this.#verify = verify
    this.#assignment = assignment
    process.on('message', (message: ParentMessage) => {
      if (message.type === 'done') this.#awaiting.shift()?.(message.asked)
      if (message.type === 'served') this.served.push({ at: this.nowMs, kids: message.kids })
    })
    const [, claims = ''] = this.token('first').split('.')
    this.#unknownParts = [claims, randomBytes(256).toString('base64url')]
  }

  /** By the clock of this process, which may be accelerated. */
  get nowMs(): number {
    return performance.now()
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }

  async sleepUntil(ms: number): Promise<void> {
    while (this.nowMs < ms) await this.sleep(ms - this.nowMs)
  }

  /** A request with that token: whether it was accepted, in time. */
  accepts(token: string): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), patienceMs)
      const answer = (accepted: boolean) => {
        clearTimeout(timer)
        resolve(accepted)
      }
      this.#ask(token).then(
        () => answer(true),
        () => answer(false),
      )
    })
  }

  token(key: KeyName, index = 0): string {
    const tokens = this.#assignment.tokens[key]
    return tokens[index % tokens.length] ?? ''
  }

  /** A token of good form whose key id nobody has ever published. */
  unknownToken(): string {
    const header = JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid: randomBytes(16).toString('hex') })
    const [claims, signature] = this.#unknownParts
    return `${Buffer.from(header).toString('base64url')}.${claims}.${signature}`
  }

  async publish(...keys: KeyName[]): Promise<void> {
    await this.#tell({ type: 'publish', keys })
  }

  async goDown(): Promise<void> {
    await this.#tell({ type: 'goDown' })
  }

  /** How often the authorization server was asked for its keys, in vain too. */
  countFetches(): Promise<number> {
    return this.#tell({ type: 'count' })
  }

  /** Until the authorization server has sent a set once more, or so much time has passed. */
  async nextServed(limitMs: number): Promise<void> {
    const before = this.served.length
    const end = this.nowMs + limitMs
    while (this.served.length === before && this.nowMs < end) await this.sleep(5)
  }

  /** Publishes keys, and lets the contender have them. */
  async warmUp(...keys: KeyName[]): Promise<void> {
    await this.publish(...keys)
    for (let tries = 0; tries < 60; tries++) {
      if (await this.accepts(this.token('first'))) return
      await this.sleep(1_000)
    }
    throw new Error('a token of a published key is refused')
  }

  async #ask(token: string): Promise<void> {
    await this.#verify(token)
  }

  #tell(message: ChildMessage): Promise<number> {
    return new Promise((resolve) => {
      this.#awaiting.push(resolve)
      process.send?.(message)
    })
  }
}
