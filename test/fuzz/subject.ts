import { createVerifier, type Verifier, type VerifierOptions } from '@sallyport/core'
import {
  nestedPolicy,
  onePolicy,
  otherPolicies,
  type Policy,
  severalPolicy,
  toIssuerOptions,
  toOptions,
} from './policy.ts'

/** A verifier of Sallyport under test. */
export interface Subject {
  readonly name: string
  readonly verifier: Verifier
  /** Whether the second answer comes another way than the first. */
  readonly isRemembering: boolean
  /** Whether of two faults it finds the same one first as the others; else only the reference is asked. */
  readonly isTwin: boolean
}

/** A policy, and verifiers that all have to keep to it, however they remember and wherever they work. */
export interface Site {
  readonly policy: Policy
  readonly subjects: readonly Subject[]
}

type Variation = Pick<VerifierOptions, 'cache' | 'verifyOn'> | ((policy: Policy) => VerifierOptions)

/**
 * What must make no difference (JOSE-12). A new option that promises the same verdicts by another way belongs here:
 * one line, and its name in the list of a site below.
 */
const variations = {
  remembering: {},
  forgetting: { cache: false },
  'remembering one token': { cache: { maxEntries: 1 } },
  'on the main thread': { cache: false, verifyOn: 'main-thread' },
  'on the thread pool': { verifyOn: 'thread-pool' },
  resolving: (policy) => {
    const { issuers: _, ...common } = toOptions(policy)
    const byName = new Map(policy.issuers.map((issuer) => [issuer.name, toIssuerOptions(issuer)]))
    return { ...common, resolveIssuer: (name: string) => byName.get(name) } as VerifierOptions
  },
} satisfies Readonly<Record<string, Variation>>

type VariationName = keyof typeof variations

const always: readonly VariationName[] = ['remembering', 'on the main thread']

/** Which verifiers are made for a policy; any other has those of `always`. */
const variationsOf = new Map<Policy, readonly VariationName[]>([
  [onePolicy, ['remembering', 'on the main thread', 'on the thread pool']],
  [severalPolicy, ['remembering', 'resolving', 'remembering one token']],
  [nestedPolicy, ['remembering', 'forgetting']],
])

export type MakeSite = (policy: Policy) => Site

/** Verifiers for one policy, made anew, so that nothing is remembered from before. */
export function makeSite(policy: Policy): Site {
  const subjects = (variationsOf.get(policy) ?? always).map((name) => {
    const variation: Variation = variations[name]
    const options = typeof variation === 'function' ? variation(policy) : { ...toOptions(policy), ...variation }
    const isRemembering = !('cache' in options && options.cache === false)
    // Which algorithms may occur is known beforehand where issuers are configured, and later where they are found.
    const isTwin = name !== 'resolving'
    return { name, verifier: createVerifier(options as VerifierOptions), isRemembering, isTwin }
  })
  return { policy, subjects }
}

/** What every token meets by its kind, and what it may meet besides. */
export interface Sites {
  readonly one: Site
  readonly nested: Site
  readonly others: readonly Site[]
}

export function makeSites(make: MakeSite = makeSite): Sites {
  return {
    one: make(onePolicy),
    nested: make(nestedPolicy),
    others: [severalPolicy, ...otherPolicies].map((policy) => make(policy)),
  }
}
