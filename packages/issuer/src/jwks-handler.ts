import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkInteger, checkNames, checkText } from './checks.ts'
import { IssuerConfigurationError, kindOf } from './configuration-error.ts'
import { createDocumentHandler } from './document-handler.ts'
import { type KeyRing, ringOf } from './key-ring/index.ts'

/** Options of {@link createJwksHandler}. */
export interface JwksHandlerOptions {
  /** Where the JWK Set is served. Default `/.well-known/jwks.json`. */
  readonly path?: string | undefined
  /** How long caches may keep it, in seconds, 0 to 86,400; less where the ring changes before. Default 300. */
  readonly maxAgeSeconds?: number | undefined
}

/**
 * Serves the public keys of a key ring: what a resource server needs that has tokens encrypted for it. An issuer serves
 * its own.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const keyRing = await createKeyRing({ use: 'enc', storage })
 * app.use(createJwksHandler(keyRing))
 * ```
 */
export function createJwksHandler(
  keyRing: KeyRing,
  options: JwksHandlerOptions = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  const given = checkNames(options, ['path', 'maxAgeSeconds'], 'options')
  const { path = '/.well-known/jwks.json', maxAgeSeconds: maxAge = 300 } = given
  const ring = ringOf(keyRing)
  if (ring === undefined) throw new IssuerConfigurationError('keyRing', kindOf(keyRing), 'what createKeyRing made')
  const document = {
    // RFC 7517 §8.5.2
    contentType: 'application/jwk-set+json',
    content: () => ring.jwks(),
    maxAgeSeconds: () => ring.maxAgeSeconds(),
    keepUp: () => ring.keepUp(),
  }
  const takes = 'a path that begins with a slash'
  const where = checkText(path, 'path', takes)
  if (!where.startsWith('/')) throw new IssuerConfigurationError('path', 'another text', takes)
  return createDocumentHandler(
    new Map([[where, document]]),
    checkInteger(maxAge, 0, 86_400, 'maxAgeSeconds', 'seconds'),
  )
}
