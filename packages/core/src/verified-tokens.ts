import { LRUCache } from 'lru-cache'
import type { Authentication } from './authentication.ts'
import type { ValidityPeriod } from './claims/index.ts'
import type { JsonObject } from './compact/index.ts'
import type { Issuer } from './configuration/index.ts'
import type { VerificationKey } from './jws/index.ts'
import { numberOf, Sightings } from './sightings.ts'

/** What was found about a token that passed. */
export interface Verdict {
  readonly token: string
  readonly authentication: Authentication<unknown>
  /** The claims as signed, for the predicates. */
  readonly signed: JsonObject
  readonly period: ValidityPeriod
  readonly issuer: Issuer
  /** `undefined` where the token was encrypted with a shared secret and not signed. */
  readonly key: VerificationKey | undefined
  readonly algorithm: string
  /** Whether it has been used before. */
  isKnown: boolean
}

/** RFC 7515 §7.1: a token ends with its signature or tag, of which the last 43 characters carry over 250 bits. */
const keyLength = 43

/** What an entry costs beside the token's text: the parsed claims, the frozen result, the map's own slots. */
const overheadBytes = 1024

/** Verdicts of the last recalls, by the token's number: to look there costs a third of what the map and its order do. */
const recentSlots = 512

/** Every so many recalls take the long way, so that what comes often does not grow old in the map's order. */
const recallsPerTouch = 16

/**
 * Remembers tokens that passed, bounded by number and by bytes.
 *
 * The key is the token's end; the WHOLE token is compared then. Without that comparison a forged payload with a known
 * signature would be accepted.
 *
 * A token is remembered when it has passed for the second time: those that come once, whatever their number, neither
 * push out those that come again nor cost the memory and the garbage collection that keeping each would.
 */
export class VerifiedTokens {
  #verdicts: LRUCache<string, Verdict>
  #sightings: Sightings
  /** Only what is in `#verdicts` too. */
  #recent: (Verdict | undefined)[] = Array.from({ length: recentSlots }, () => undefined)
  #recalls = 0

  constructor({ maxEntries, maxBytes }: { readonly maxEntries: number; readonly maxBytes: number }) {
    this.#verdicts = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      // The text once, and the claims that were parsed of it at about twice its length.
      sizeCalculation: ({ token }) => 3 * token.length + overheadBytes,
      dispose: (verdict) => {
        const slot = slotOf(verdict.token)
        if (this.#recent[slot] === verdict) this.#recent[slot] = undefined
      },
    })
    this.#sightings = new Sightings(maxEntries)
  }

  /**
   * The verdict on exactly this token, unless it is past its `exp`, or the key that verified it was withdrawn.
   *
   * @param now in seconds since the epoch
   */
  recall(token: string, now: number): Verdict | undefined {
    const slot = slotOf(token)
    let verdict = this.#recent[slot]
    if (verdict?.token !== token || ++this.#recalls % recallsPerTouch === 0) {
      verdict = this.#verdicts.get(token.slice(-keyLength))
      if (verdict?.token !== token) return undefined
      this.#recent[slot] = verdict
    }
    if (now < verdict.period.expiresAt && verdict.key?.withdrawn !== true) return verdict
    this.#verdicts.delete(token.slice(-keyLength))
    return undefined
  }

  /** Keeps a verdict on a token that has passed before. */
  remember(verdict: Verdict): void {
    if (this.#sightings.isSecond(verdict.token)) this.keep(verdict)
  }

  /** Keeps a verdict that is known to be wanted again. */
  keep(verdict: Verdict): void {
    this.#verdicts.set(verdict.token.slice(-keyLength), verdict)
  }
}

function slotOf(token: string): number {
  return numberOf(token) & (recentSlots - 1)
}
