export { verify, type VerifyOptions } from './command.ts'
