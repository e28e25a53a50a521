export { inspect, type InspectOptions } from './command.ts'
export { decryptToken } from './decrypt.ts'
export { inspectToken } from './inspect-token.ts'
export type { BinaryPart, Finding, Inspection, Member } from './inspection.ts'
