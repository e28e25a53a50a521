import { importKeys, type PublishedKey } from '@sallyport/jwks'
import { type Finding, note, ok, problem, warning } from '../finding.ts'
import { isObject } from '../json-object.ts'

/** A published key, and what Sallyport makes of it. */
export interface JudgedKey {
  readonly kid: string | undefined
  /** What can be told of it: `ES256, EC P-256`. */
  readonly kind: string
  /** Why it cannot verify; `undefined` where it can. */
  readonly refusal: string | undefined
  readonly isForEncryption: boolean
  /** Whether its private members were published, too. */
  readonly isExposed: boolean
}

/** The most keys that are looked at: fetchers take no larger set. */
const maxKeys = 100

/** What is found in a JWK Set, by the judgement of @sallyport/jwks. */
export function judgeKeys(document: unknown): {
  readonly keys: readonly JudgedKey[]
  readonly findings: readonly Finding[]
} {
  const list = isObject(document) ? document['keys'] : undefined
  if (!Array.isArray(list)) {
    return { keys: [], findings: [problem('keys.form', 'It is no JWK Set: it has no array "keys".', 'RFC 7517 §5')] }
  }
  const keys = (list as readonly unknown[]).slice(0, maxKeys).map(judgeKey)
  const findings = [...keys.map(findingOf), ...judgeSet(keys, list.length)]
  return { keys, findings }
}

function judgeKey(jwk: unknown): JudgedKey {
  let refusal: string | undefined
  let isExposed = false
  const onSkipped = ({ reason }: { readonly reason: string }) => (refusal = reason)
  const onExposed = () => (isExposed = true)
  const [key] = importKeys({ keys: [jwk] }, { onSkipped, onExposed })
  const members = isObject(jwk) ? jwk : {}
  return {
    kid: typeof members['kid'] === 'string' ? members['kid'] : undefined,
    kind: key === undefined ? textOf(members['kty']) : kindOf(key),
    refusal,
    isForEncryption: members['use'] === 'enc' && members['kty'] !== 'oct',
    isExposed: isExposed || hasPrivateMembers(members),
  }
}

function kindOf({ kty, crv, alg, key }: PublishedKey): string {
  const bits = key.asymmetricKeyDetails?.modulusLength
  const material = `${kty} ${crv ?? (bits === undefined ? '' : `${bits} bits`)}`.trim()
  return alg === undefined ? material : `${alg}, ${material}`
}

function hasPrivateMembers(jwk: Readonly<Record<string, unknown>>): boolean {
  return ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'].some((name) => jwk[name] !== undefined)
}

function findingOf({ kid, kind, refusal, isForEncryption, isExposed }: JudgedKey): Finding {
  const name = `${kid ?? 'without kid'} (${kind})`
  if (isExposed) {
    const advice = 'Everybody can sign with it by now: withdraw it, and take it out of the set today.'
    return problem('keys.exposed', `${name}: its private half is published, too.`, advice)
  }
  if (isForEncryption) return note('keys.encryption', `${name}: for encryption, verifies nothing.`)
  if (refusal !== undefined)
    return warning('keys.unusable', `${name}: not usable: ${refusal}.`, 'Mend it, or take it out.')
  return ok('keys.usable', `${name}: usable.`)
}

function judgeSet(keys: readonly JudgedKey[], count: number): readonly Finding[] {
  const findings: Finding[] = []
  const usable = keys.filter(({ refusal }) => refusal === undefined)
  if (usable.length === 0) {
    findings.push(
      problem('keys.none', 'No key can be used: APIs refuse every token.', 'Publish the public signature key.'),
    )
  }
  if (count > maxKeys)
    findings.push(problem('keys.many', `It has ${count} keys; fetchers take ${maxKeys}.`, 'Take old ones out.'))
  const kids = usable.map(({ kid }) => kid)
  const twice = new Set(kids.filter((kid, index) => kid !== undefined && kids.indexOf(kid) !== index))
  for (const kid of twice) {
    findings.push(warning('keys.kid', `Several keys have the kid ${kid}.`, 'Give each a kid of its own.'))
  }
  if (usable.length > 1 && kids.includes(undefined)) {
    const message = 'Several keys, and not all have a kid: APIs have to try them in turn.'
    findings.push(warning('keys.kid', message, 'Give each a kid, and write it into the tokens.'))
  }
  return findings
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'no kty'
}
