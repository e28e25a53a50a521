import { describeMoment, formatMoment } from '../moments.ts'
import type { Outcome } from '../outcome.ts'
import type { Mark, Verdict } from '../terminal/index.ts'
import { requireRingFile, type RingFile, type RingFileKey } from './ring-file.ts'
import type { SecretOptions } from './secret.ts'

export interface ListOptions {
  readonly ring: string
}

/** `sallyport keys list` */
export async function listKeys({ ring: path }: ListOptions, secret: SecretOptions, nowMs: number): Promise<Outcome> {
  return outcomeOf(await requireRingFile(path, secret), nowMs)
}

/** The keys of a ring, for people and programs; nothing of their material. */
export function outcomeOf({ use, keys }: RingFile, nowMs: number): Outcome {
  const order = ['current', 'next', 'retiring']
  const sorted = keys.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
  const what = use === 'sig' ? 'signing' : 'decryption'
  return {
    report: {
      use,
      keys: sorted.map(({ kid, alg, state, publishedAt, usedSince, keptUntil }) => ({
        kid,
        alg,
        state,
        publishedAt,
        usedSince,
        keptUntil,
      })),
    },
    page: [
      { kind: 'title', text: `Key ring for ${what}`, aside: `${keys.length} keys` },
      { kind: 'marks', marks: sorted.map((key) => markOf(key, nowMs)) },
    ],
    verdict: 'good',
  }
}

const verdicts: Readonly<Record<RingFileKey['state'], Verdict>> = { current: 'good', next: 'note', retiring: 'none' }

function markOf({ kid, alg, state, publishedAt, usedSince, keptUntil }: RingFileKey, nowMs: number): Mark {
  const when = (seconds: number) => `${formatMoment(seconds) ?? 'never'}, ${describeMoment(seconds, nowMs)}`
  const told =
    state === 'next'
      ? `published ${when(publishedAt)}`
      : state === 'current'
        ? `used since ${when(usedSince ?? publishedAt)}`
        : `kept for tokens that are still about, until ${when(keptUntil ?? publishedAt)}`
  return { verdict: verdicts[state], label: state, text: `${kid} (${alg}), ${told}` }
}
