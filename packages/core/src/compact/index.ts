export { decodeBase64Url } from './base64url.ts'
export { type JoseHeader, normalizeMediaType, parseHeader } from './header.ts'
export { parseClaims, parseJsonObject, type JsonObject } from './json.ts'
export { type JweSegments, type JwsSegments, splitToken } from './segments.ts'
