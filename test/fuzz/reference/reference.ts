import { isDeepStrictEqual } from 'node:util'
import type { AccessTokenErrorCode } from '@sallyport/core'
import type { JWTPayload } from 'jose'
import type { FuzzIssuer } from '../keys/issuers.ts'
import type { Recipient } from '../keys/recipients.ts'
import type { DecryptionPolicy, Policy } from '../policy.ts'
import { acceptsAsJose, claimRefusals } from './claims.ts'
import { type Header, Proof } from './proof.ts'

/** What the reference finds about a token. */
export interface ReferenceVerdict {
  /** Every code that may be given, empty where the token is to be accepted. */
  readonly codes: ReadonlySet<AccessTokenErrorCode>
  /** What was signed, or only encrypted, where it is genuine. */
  readonly genuine: GenuineClaims | undefined
  /** What was inside an encrypted token, and who could open it. */
  readonly opened: { readonly content: string; readonly recipient: Recipient } | undefined
  /** Whether jose refuses claims that the policy accepts: then the policy is written down wrongly. */
  readonly isContradicted?: boolean
}

/** Claims that a configured issuer vouches for. */
export interface GenuineClaims {
  readonly issuer: FuzzIssuer
  readonly header: Header
  readonly claims: JWTPayload
}

/** What may be said of a token as long as no signature is known to be good. */
const unproven: readonly AccessTokenErrorCode[] = [
  'token_malformed',
  'algorithm_refused',
  'key_unknown',
  'signature_invalid',
]

function refuse(...codes: readonly AccessTokenErrorCode[]): ReferenceVerdict {
  return { codes: new Set(codes), genuine: undefined, opened: undefined }
}

/**
 * The verdict of jose on signature and encryption, and of the documented policy on the rest.
 *
 * @param now in seconds since the epoch
 */
export async function verdictOf(policy: Policy, proof: Proof, now: number): Promise<ReferenceVerdict> {
  const { token } = proof
  if (token.length > policy.maxTokenBytes) return refuse('token_too_large')
  const count = token.split('.').length
  if (count === 5) {
    const { decryption } = policy
    return decryption === undefined ? refuse('algorithm_refused') : verdictOnEncrypted(policy, decryption, proof, now)
  }
  if (count !== 3) return refuse('token_malformed')
  return policy.decryption?.required === true ? refuse('decryption_required') : verdictOnSigned(policy, proof, now)
}

async function verdictOnSigned(policy: Policy, proof: Proof, now: number): Promise<ReferenceVerdict> {
  const header = proof.readHeader()
  const read = proof.readClaims()
  if (header === undefined || read === undefined) return refuse('token_malformed', 'algorithm_refused')
  const issuer = policy.issuers.find(({ name }) => name === read.iss)
  if (issuer === undefined) return refuse(...unproven, issuerRefusal(read.iss))
  const claims = await proof.signedBy(issuer)
  if (claims === undefined) return refuse(...unproven)
  return judgeClaims(policy, { issuer, header, claims }, now)
}

function issuerRefusal(iss: unknown): AccessTokenErrorCode {
  if (iss === undefined) return 'claim_missing'
  return typeof iss === 'string' ? 'issuer_refused' : 'claim_invalid'
}

function judgeClaims(policy: Policy, genuine: GenuineClaims, now: number): ReferenceVerdict {
  const { issuer, header, claims } = genuine
  const codes = claimRefusals(policy, issuer, header, claims, now)
  const isContradicted = codes.size === 0 && !acceptsAsJose(policy, issuer, claims, now)
  return { codes, genuine, opened: undefined, isContradicted }
}

async function verdictOnEncrypted(
  policy: Policy,
  decryption: DecryptionPolicy,
  proof: Proof,
  now: number,
): Promise<ReferenceVerdict> {
  const header = proof.readHeader()
  if (header === undefined) return refuse('token_malformed')
  const outer = acceptsContentType(policy, header.cty) ? [] : (['token_type_refused'] as const)
  const found = await open(decryption, header, proof)
  if (found === undefined) return refuse(...outer, 'token_malformed', 'algorithm_refused', 'decryption_failed')

  const { content, recipient } = found
  const bare = parseObject(content)
  if (bare !== undefined) {
    const opened = { content: Buffer.from(content).toString('utf8'), recipient }
    if (!decryption.acceptUnsigned) return { ...refuse(...outer, 'not_signed'), opened }
    const verdict = judgeBareClaims(policy, header, bare, now)
    return { ...verdict, codes: withCodes(verdict, outer, replicationRefusals(header, bare)), opened }
  }
  const inner = new Proof(Buffer.from(content).toString('latin1'))
  const opened = { content: inner.token, recipient }
  if (inner.token.split('.').length !== 3) return { ...refuse(...outer, 'token_malformed', 'not_signed'), opened }
  const verdict = await verdictOnSigned(policy, inner, now)
  const read = inner.readClaims()
  const replication = read === undefined ? [] : replicationRefusals(header, read)
  return { ...verdict, codes: withCodes(verdict, outer, replication), opened }
}

function judgeBareClaims(policy: Policy, header: Header, claims: JWTPayload, now: number): ReferenceVerdict {
  const issuer = policy.issuers.find(({ name }) => name === claims.iss)
  if (issuer === undefined) return refuse(issuerRefusal(claims.iss))
  return judgeClaims(policy, { issuer, header, claims }, now)
}

function withCodes(
  { codes }: ReferenceVerdict,
  ...others: readonly (readonly AccessTokenErrorCode[])[]
): ReadonlySet<AccessTokenErrorCode> {
  return new Set([...codes, ...others.flat()])
}

/** JWE-8 */
function acceptsContentType({ profile, decryption }: Policy, cty: unknown): boolean {
  if (cty === undefined) return profile === 'interoperable' || decryption?.acceptUnsigned === true
  return typeof cty === 'string' && /^(application\/)?(at\+)?jwt$/.test(cty.toLowerCase())
}

/** JWE-9 */
function replicationRefusals(header: Header, claims: JWTPayload): readonly AccessTokenErrorCode[] {
  const isReplica = (name: string) => !Object.hasOwn(header, name) || isDeepStrictEqual(header[name], claims[name])
  return ['iss', 'sub', 'aud'].every(isReplica) ? [] : ['claim_invalid']
}

/** JWE-1, JWE-11: every key that the token may have been encrypted for, however many. */
async function open(
  { recipients, contentEncryption }: DecryptionPolicy,
  { alg, enc, kid }: Header,
  proof: Proof,
): Promise<{ readonly content: Uint8Array; readonly recipient: Recipient } | undefined> {
  if (!(contentEncryption as readonly unknown[]).includes(enc)) return undefined
  for (const recipient of candidates(recipients, alg, enc, kid)) {
    const content = await proof.openedBy(recipient)
    if (content !== undefined) return { content, recipient }
  }
  return undefined
}

export function candidates(list: readonly Recipient[], alg: unknown, enc: unknown, kid: unknown): readonly Recipient[] {
  return list.filter(
    (one) =>
      (one.algorithms as readonly unknown[]).includes(alg) &&
      (one.enc === undefined || one.enc === enc) &&
      (typeof kid !== 'string' || one.kid === undefined || one.kid === kid),
  )
}

function parseObject(bytes: Uint8Array): JWTPayload | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JWTPayload) : undefined
  } catch {
    return undefined
  }
}
