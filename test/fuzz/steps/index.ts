import { claimSteps } from './claim-steps.ts'
import { envelopeSteps } from './envelope-steps.ts'
import { headerSteps } from './header-steps.ts'
import { jsonSteps } from './json-steps.ts'
import { signatureSteps } from './signature-steps.ts'
import { textSteps as steps } from './text-steps.ts'
import type { DraftStep, TextStep } from './step.ts'

export type DraftStepName =
  | keyof typeof claimSteps
  | keyof typeof headerSteps
  | keyof typeof jsonSteps
  | keyof typeof signatureSteps
  | keyof typeof envelopeSteps

export type TextStepName = keyof typeof steps

/** Every step before signing, by name. */
export const draftSteps: Readonly<Record<DraftStepName, DraftStep>> = {
  ...claimSteps,
  ...headerSteps,
  ...jsonSteps,
  ...signatureSteps,
  ...envelopeSteps,
}

/** Every step after signing, by name. */
export const textSteps: Readonly<Record<TextStepName, TextStep>> = steps

/** Steps of a kind, and how often one of them is taken. */
interface StepGroup {
  readonly weight: number
  readonly names: readonly DraftStepName[]
}

function group(weight: number, steps: object): StepGroup {
  return { weight, names: Object.keys(steps) as DraftStepName[] }
}

/** For a token that is only signed, and for one that is encrypted. */
export const draftStepGroups: Readonly<Record<'signed' | 'encrypted', readonly StepGroup[]>> = {
  signed: [group(4, claimSteps), group(3, headerSteps), group(3, jsonSteps), group(2, signatureSteps)],
  encrypted: [
    group(8, envelopeSteps),
    group(3, headerSteps),
    group(2, jsonSteps),
    group(1, claimSteps),
    group(1, signatureSteps),
  ],
}
