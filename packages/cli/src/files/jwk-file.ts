import type { JWK } from 'jose'
import { usageFailure } from '../failure.ts'
import { readKeyFile } from './key-file.ts'

/**
 * Reads the keys of a file: a JWK Set (RFC 7517 §5), or one JWK. Where one of them is private or secret, the file must
 * be its owner's alone.
 *
 * @throws CommandFailure that says nothing of the content
 */
export async function readJwkFile(path: string, option: string): Promise<readonly JWK[]> {
  const file = await readKeyFile(path, option)
  const keys = parseJwks(file.text)
  if (keys === undefined) throw usageFailure(`${option}: ${path} has no JWK and no JWK Set.`, formAdvice(file.text))
  if (keys.some(isPrivate)) file.requireOwnersAlone()
  return keys
}

/** Whether a key can sign or decrypt. */
export function isPrivate({ d, k, priv }: JWK): boolean {
  return d !== undefined || k !== undefined || priv !== undefined
}

function parseJwks(text: string): readonly JWK[] | undefined {
  const value = parse(text)
  const keys = isObject(value) ? (Array.isArray(value['keys']) ? (value['keys'] as unknown[]) : [value]) : []
  const isKey = (key: unknown): key is JWK => isObject(key) && typeof key['kty'] === 'string'
  return keys.length > 0 && keys.every(isKey) ? keys : undefined
}

function formAdvice(text: string): string {
  return text.includes('-----BEGIN')
    ? 'It is PEM. A JWK is wanted: sallyport keys generate makes one.'
    : 'A JWK is a JSON object with the member "kty".'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
