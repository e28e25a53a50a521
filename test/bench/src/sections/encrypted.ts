import type { CaseResult } from '../results.ts'
import type { EncryptionForm, SignatureAlgorithm } from '../situation.ts'
import { makeTokenSource } from '../tokens/token-source.ts'
import { measureCase, type Run, type Turn } from './measure.ts'

interface NestedForm {
  readonly encryption: EncryptionForm
  readonly alg: SignatureAlgorithm
}

const form = (
  alg: string,
  around: SignatureAlgorithm,
  curve?: EncryptionForm['curve'],
  enc = 'A256GCM',
): NestedForm => ({ encryption: { alg, enc, curve }, alg: around })

const targetForms = [
  form('dir', 'RS256'),
  form('dir', 'ES256'),
  form('A256GCMKW', 'RS256'),
  form('ECDH-ES+A256KW', 'ES256', 'P-256'),
  form('RSA-OAEP-256', 'RS256'),
]

const otherForms = [
  ...['A128GCM', 'A192GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'].map((enc) =>
    form('dir', 'RS256', undefined, enc),
  ),
  ...['A128KW', 'A192KW', 'A256KW', 'A128GCMKW', 'A192GCMKW'].map((alg) => form(alg, 'RS256')),
  ...['RSA-OAEP', 'RSA-OAEP-384', 'RSA-OAEP-512'].map((alg) => form(alg, 'RS256')),
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW'].map((alg) => form(alg, 'ES256', 'P-256')),
  ...(['P-384', 'P-521', 'X25519'] as const).map((curve) => form('ECDH-ES+A256KW', 'ES256', curve)),
]

const contenders = (['raw', 'sallyport, cache: false', 'sallyport', 'jose'] as const).map((contender): Turn => ({
  contender,
  inFlight: 1,
}))

/** Signed tokens inside encrypted ones. */
export async function measureEncrypted(run: Run): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const { encryption, alg } of run.effort.width === 'all' ? [...targetForms, ...otherForms] : targetForms) {
    const name = nameOf(encryption, alg)
    const plan = {
      section: 'encrypted',
      name,
      description: `${name}, distinct tokens, one after another`,
      source: makeTokenSource({ alg, encryption }),
      tokens: run.effort.tokens,
      contenders,
      reference: 'raw',
    } as const
    results.push(await measureCase(plan, run))
  }
  return results
}

function nameOf({ alg, enc, curve }: EncryptionForm, around: SignatureAlgorithm): string {
  const onCurve = curve === undefined || curve === 'P-256' ? '' : ` on ${curve}`
  return `${alg}${onCurve}, ${enc} around ${around}`
}
