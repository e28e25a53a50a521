import { isDeepStrictEqual } from 'node:util'
import { readJwkFile } from '../files/index.ts'
import type { Outcome } from '../outcome.ts'
import type { Surroundings } from '../surroundings.ts'
import { parseObject, readToken } from '../token/index.ts'
import { explainClaims } from './claims.ts'
import { decryptToken } from './decrypt.ts'
import { inspectToken } from './inspect-token.ts'
import { type Inspection, problem } from './inspection.ts'
import { inspectionPage } from './page.ts'

export interface InspectOptions {
  /** A file with the keys that decrypt. */
  readonly decrypt?: string | undefined
}

/** `sallyport inspect` */
export async function inspect(
  argument: string | undefined,
  { decrypt }: InspectOptions,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { token, hints } = await readToken(argument, surroundings)
  const outside = inspectToken(token, surroundings.now())
  const inspection = decrypt === undefined ? outside : await lookInside(token, outside, decrypt, surroundings.now())
  const verdict = hasProblem(inspection) ? 'refused' : 'good'
  return { report: { token: inspection }, page: inspectionPage(inspection), verdict, hints }
}

async function lookInside(token: string, outside: Inspection, path: string, nowMs: number): Promise<Inspection> {
  if (outside.kind !== 'encrypted') return outside
  const text = await decryptToken(token, await readJwkFile(path, '--decrypt'))
  if (text === undefined) {
    const message = 'No key of the file decrypts it: another one is needed, or it was changed.'
    return { ...outside, findings: [problem('decryption_failed', message), ...outside.findings] }
  }
  const { object: claims } = parseObject(Buffer.from(text))
  if (claims === undefined) return withInside(outside, inspectToken(text, nowMs))
  const message = 'What is inside is not signed: with a public key everybody can encrypt, so nobody vouches for it.'
  const findings = [problem('not_signed', message), ...outside.findings]
  return { ...outside, claims: explainClaims(claims, nowMs), findings }
}

function withInside(outside: Inspection, inside: Inspection): Inspection {
  const findings = [...outside.findings]
  if (inside.kind === 'encrypted') {
    findings.unshift(problem('encrypted_twice', 'Another encrypted token is inside: one layer of each is taken.'))
  }
  for (const { name, value } of outside.header) {
    const isReplicated = ['iss', 'sub', 'aud'].includes(name)
    if (!isReplicated || isDeepStrictEqual(value, inside.claims.find((claim) => claim.name === name)?.value)) continue
    const message = `${name} in its header differs from the claim inside (RFC 7519 §5.3).`
    findings.unshift(problem('claims_differ', message))
  }
  return { ...outside, inside, findings }
}

function hasProblem({ findings, inside }: Inspection): boolean {
  return findings.some(({ level }) => level === 'problem') || (inside !== undefined && hasProblem(inside))
}
