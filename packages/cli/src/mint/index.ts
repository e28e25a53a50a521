export { mint, type MintOptions } from './command.ts'
