import { usageFailure } from '../failure.ts'
import { writePrivateFile } from '../files/index.ts'
import type { Outcome } from '../outcome.ts'
import { isForSigning, type KeyAlgorithm, makeKey } from './key-maker.ts'
import { generateRing } from './rotate.ts'
import type { SecretOptions } from './secret.ts'

export interface GenerateOptions {
  readonly alg: KeyAlgorithm
  /** File of the private key. Default `signing-key.json` or `decryption-key.json`. */
  readonly out?: string | undefined
  /** File of a key ring, instead of a single key. */
  readonly ring?: string | undefined
}

/** `sallyport keys generate` */
export async function generateKeys(options: GenerateOptions, secret: SecretOptions, nowMs: number): Promise<Outcome> {
  const { alg, out, ring } = options
  if (ring === undefined) return generateKey(alg, out)
  if (out !== undefined) throw usageFailure('--out and --ring exclude each other.')
  if (/^(A\d{3}|dir$)/.test(alg)) throw usageFailure(`--alg: a ring has no shared secrets, as ${alg} needs one.`)
  return generateRing(ring, alg, isForSigning(alg) ? 'sig' : 'enc', secret, nowMs)
}

/** A single key: the private half into a file, the public one onto standard output. */
async function generateKey(alg: KeyAlgorithm, out: string | undefined): Promise<Outcome> {
  const isSigning = isForSigning(alg)
  const path = out ?? (isSigning ? 'signing-key.json' : 'decryption-key.json')
  const { privateJwk, publicJwk } = await makeKey(alg)
  await writePrivateFile(path, `${JSON.stringify(privateJwk, undefined, 2)}\n`, '--out')
  const owner = publicJwk === undefined ? 'issuer and API alone' : isSigning ? 'the issuer alone' : 'the API alone'
  const hint = `The ${publicJwk === undefined ? 'shared secret' : 'private key'} is in ${path}, for ${owner}. Keep it out of repositories.`
  return {
    report: { file: path, alg, kid: privateJwk.kid, publicJwk },
    page: [{ kind: 'text', text: 'A shared secret has no public half.' }],
    bare: publicJwk === undefined ? undefined : JSON.stringify(publicJwk, undefined, 2),
    verdict: 'good',
    hints: [hint],
  }
}
