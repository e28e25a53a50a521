import type { KeyObject } from 'node:crypto'
import { errors } from 'jose'
import type { KeySource } from './key-source.ts'

/** What `jose` calls with a token's protected header to get the key. */
export interface GetKey {
  (protectedHeader: { readonly alg?: string | undefined; readonly kid?: string | undefined }): Promise<KeyObject>
}

/** JOSE-9: the most keys that one token makes us try; when more suit it, none is tried. */
const maxKeysTried = 4

/** Keys in the form that `jose` asks for them. */
export function getKeyFor(find: KeySource['find']): GetKey {
  return async ({ kid, alg }) => {
    const keys = await find({ kid, alg })
    const [first] = keys
    if (first === undefined) throw new errors.JWKSNoMatchingKey()
    if (keys.length === 1) return first.key
    // How jose itself lets a caller try several keys: the error iterates over them.
    const tried = keys.length > maxKeysTried ? [] : keys
    throw Object.assign(new errors.JWKSMultipleMatchingKeys(), {
      async *[Symbol.asyncIterator]() {
        for (const { key } of tried) yield key
      },
    })
  }
}
