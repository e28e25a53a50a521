import type { VerifierOptions } from '@sallyport/core'
import type { JWK } from 'jose'
import { withOwnNames } from '../configuration-failure.ts'
import { readJwkFile } from '../files/index.ts'
import { decryptToken, inspectToken } from '../inspect/index.ts'
import type { Outcome } from '../outcome.ts'
import type { Surroundings } from '../surroundings.ts'
import { readToken } from '../token/index.ts'
import { explainDecision } from './explain.ts'
import { openKeys, type VerificationKeys } from './key-source.ts'
import { explanationPage } from './page.ts'
import { decide, type Decision } from './verify-token.ts'

export interface VerifyOptions {
  readonly issuer: string
  readonly audience: readonly string[]
  /** File or URL of the issuer's keys. Default: found by its metadata. */
  readonly jwks?: string | undefined
  readonly decryptionKey?: string | undefined
  readonly scope?: readonly string[] | undefined
  readonly profile?: 'interoperable' | 'rfc9068' | undefined
  /** Seconds. */
  readonly clockTolerance?: number | undefined
  readonly ignoreBinding?: boolean | undefined
}

/** `sallyport verify` */
export async function verify(
  argument: string | undefined,
  options: VerifyOptions,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { token, hints } = await readToken(argument, surroundings)
  const decryptionKeys = await readDecryptionKeys(options.decryptionKey)
  const keys = await withOwnNames(ownNames, () => openKeys(options.issuer, options.jwks))
  try {
    const decision = await withOwnNames(ownNames, () => decide(token, verifierOptions(options, keys, decryptionKeys)))
    const nowMs = surroundings.now()
    const outside = inspectToken(token, nowMs)
    const signed = outside.kind === 'encrypted' ? await lookInside(token, decryptionKeys, nowMs) : outside
    const explanation = explainDecision(decision, {
      outside,
      signed,
      keys,
      requiredScopes: options.scope ?? [],
      isBindingIgnored: options.ignoreBinding === true,
      nowMs,
    })
    const { verdict } = explanation
    return {
      report: { ...explanation, ...(verdict === 'accepted' && { authentication: authenticationOf(decision) }) },
      page: explanationPage(explanation),
      verdict: verdict === 'accepted' ? 'good' : verdict,
      hints,
    }
  } finally {
    keys.close()
  }
}

async function lookInside(token: string, keys: readonly JWK[] | undefined, nowMs: number) {
  const inside = keys === undefined ? undefined : await decryptToken(token, keys)
  return inside === undefined ? undefined : inspectToken(inside, nowMs)
}

async function readDecryptionKeys(path: string | undefined): Promise<readonly JWK[] | undefined> {
  return path === undefined ? undefined : readJwkFile(path, '--decryption-key')
}

function verifierOptions(
  { issuer, audience, profile, clockTolerance, ignoreBinding }: VerifyOptions,
  { jwks }: VerificationKeys,
  decryptionKeys: readonly JWK[] | undefined,
): VerifierOptions {
  return {
    issuer,
    audience,
    jwks,
    profile,
    clockToleranceSeconds: clockTolerance,
    cache: false,
    ...(decryptionKeys !== undefined && { decryption: { keys: decryptionKeys } }),
    ...(ignoreBinding === true && { binding: 'checked-by-caller' }),
  }
}

/** The options of the libraries, by the names that they have here. */
const ownNames = {
  source: '--jwks',
  'source.issuer': '--issuer',
  'source.jwksUri': '--jwks',
  issuer: '--issuer',
  audience: '--audience',
  jwks: '--jwks',
  clockToleranceSeconds: '--clock-tolerance',
  decryption: '--decryption-key',
}

function authenticationOf(decision: Decision): Readonly<Record<string, unknown>> | undefined {
  if (decision.kind !== 'accepted') return undefined
  const { subject, clientId, issuer, audience, scopes, expiresAt } = decision.authentication
  return {
    subject,
    clientId,
    issuer,
    audience,
    scopes,
    expiresAt,
    keyId: decision.keyId,
    algorithm: decision.algorithm,
  }
}
