import type { JWK } from 'jose'
import { createJwks, importKeys, type Jwks } from '@sallyport/jwks'
import { readJwkFile } from '../files/index.ts'

/** Where the issuer's keys come from, and what is known of them afterwards. */
export interface VerificationKeys {
  /** For the verifier. */
  readonly jwks: Jwks | { readonly keys: readonly JWK[] }
  /** Where they are from, for people. */
  readonly from: () => string
  /** Names of the keys that can be used. */
  readonly usable: () => readonly string[]
  /** Keys that cannot be used, with the reason. */
  readonly skipped: readonly string[]
  readonly close: () => void
}

/** Keys of a file, of a URL, or found by the issuer's metadata. */
export async function openKeys(issuer: string, source: string | undefined): Promise<VerificationKeys> {
  return source !== undefined && !/^https?:\/\//i.test(source) ? keysOfFile(source) : fetchedKeys(issuer, source)
}

async function keysOfFile(path: string): Promise<VerificationKeys> {
  const skipped: string[] = []
  const keys = await readJwkFile(path, '--jwks')
  const usable = importKeys({ keys }, { onSkipped: ({ kid, reason }) => skipped.push(skippedKey(kid, reason)) })
  return { jwks: { keys }, from: () => path, usable: () => usable.map(nameOf), skipped, close: () => {} }
}

function fetchedKeys(issuer: string, url: string | undefined): VerificationKeys {
  const jwks = createJwks(url === undefined ? { issuer } : { jwksUri: url, issuer })
  const skipped: string[] = []
  jwks.subscribe((event) => {
    if (event.type === 'keySkipped') skipped.push(skippedKey(event.kid, event.reason))
  })
  return {
    jwks,
    from: () => jwks.inspect().jwksUri ?? url ?? issuer,
    usable: () => jwks.inspect().keys.map(nameOf),
    skipped,
    close: () => jwks.close(),
  }
}

function nameOf({ kid, thumbprint }: { readonly kid: string | undefined; readonly thumbprint: string }): string {
  return kid ?? `one without kid (thumbprint ${thumbprint})`
}

function skippedKey(kid: string | undefined, reason: string): string {
  return `${kid ?? 'a key without kid'}: ${reason}`
}
