export { decodePart, type JsonObject, type Part, parseObject } from './parts.ts'
export { readToken } from './read-token.ts'
