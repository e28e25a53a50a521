import { credentialSteps } from './credential-steps.ts'
import type { RequestStep } from './request-step.ts'
import { wireSteps } from './wire-steps.ts'

export type RequestStepName = keyof typeof credentialSteps | keyof typeof wireSteps

/** Every step, by name. */
export const requestSteps: Readonly<Record<RequestStepName, RequestStep>> = { ...credentialSteps, ...wireSteps }

export const requestStepNames = Object.keys(requestSteps) as readonly RequestStepName[]
