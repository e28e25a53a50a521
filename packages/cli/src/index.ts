export { type BinaryPart, type Finding, type Inspection, inspectToken, type Member } from './inspect/index.ts'
