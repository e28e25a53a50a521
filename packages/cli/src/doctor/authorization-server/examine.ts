import { isSafe } from '../addresses.ts'
import { type Finding, note, ok, problem, warning } from '../finding.ts'
import { parseJsonObject } from '../json-object.ts'
import type { Section } from '../section.ts'
import { type HttpClient, NoAnswer } from '../transport/index.ts'
import { judgeCaching, judgeContentType } from './caching.ts'
import { judgeKeys } from './keys.ts'
import { judgeMetadata } from './metadata.ts'
import type { Place } from './metadata-search.ts'

/** Examines an authorization server: its metadata, and the keys that it names. */
export async function examineAuthorizationServer(
  client: HttpClient,
  issuer: string,
  places: readonly [Place, Place],
): Promise<readonly Section[]> {
  const best = places.find(({ metadata }) => metadata !== undefined)
  const found = places.map(judgePlace)
  if (best?.metadata === undefined || best.answer === undefined) {
    const advice = 'Is it the issuer, as it is in iss? An API is examined with --api.'
    return [{ title: 'Metadata', findings: [...found, problem('metadata.missing', 'There is no metadata.', advice)] }]
  }
  const metadata = [
    ...found,
    ...judgeContentType('metadata', best.answer),
    ...judgeMetadata(best.metadata, issuer),
    ...judgeAgreement(places),
  ]
  return [
    { title: 'Metadata', findings: metadata },
    { title: 'Keys', findings: await examineKeys(client, best.metadata['jwks_uri']) },
  ]
}

const forms = { oauth: 'RFC 8414', openid: 'OpenID Connect' } as const

function judgePlace({ form, url, answer, failure, metadata }: Place): Finding {
  const check = `metadata.${form}`
  const where = `${url.pathname} (${forms[form]})`
  if (metadata !== undefined) return ok(check, `Found at ${where}.`)
  if (failure !== undefined) return warning(check, `No answer at ${where}: ${failure.message}.`)
  const status = answer?.status ?? 0
  if (status === 404 || status === 410) return note(check, `Not at ${where}: ${status}. One of the two is enough.`)
  const location = answer?.headers.first('location')
  if (location !== undefined && status >= 300 && status < 400) {
    const advice = 'Answer it there: clients do not follow redirects to other origins.'
    return warning(check, `${where} redirects to ${location}.`, advice)
  }
  if (status === 200) return warning(check, `What is at ${where} is no metadata.`)
  return warning(check, `${where} is answered with ${status}.`)
}

/** Clients take either document, so both have to say the same. */
function judgeAgreement([one, other]: readonly [Place, Place]): readonly Finding[] {
  if (one.metadata === undefined || other.metadata === undefined) return []
  const { metadata: first } = one
  const { metadata: second } = other
  const different = ['issuer', 'jwks_uri', 'token_endpoint'].filter((name) => first[name] !== second[name])
  if (different.length === 0) return []
  const message = `The two documents differ in ${different.join(', ')}: clients believe one or the other.`
  return [problem('metadata.agreement', message, 'Serve the same in both places.')]
}

async function examineKeys(client: HttpClient, jwksUri: unknown): Promise<readonly Finding[]> {
  const url = typeof jwksUri === 'string' && URL.canParse(jwksUri) ? new URL(jwksUri) : undefined
  if (url === undefined || !isSafe(url))
    return [note('keys.unfetched', 'Its keys are not looked at: jwks_uri is no https URL.')]
  try {
    const answer = await client.send(url, { redirects: 'follow' })
    if (answer.status !== 200) {
      return [problem('keys.status', `${url.href} is answered with ${answer.status}.`, 'APIs refuse every token so.')]
    }
    if (answer.isTruncated) return [problem('keys.size', 'Its key set has more than 512 kB: fetchers stop there.')]
    const { findings } = judgeKeys(parseJsonObject(answer.body))
    return [...findings, ...judgeContentType('keys', answer), ...judgeCaching(answer)]
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return [problem('keys.unreachable', `${url.href}: ${error.message}.`, 'APIs refuse every token so.')]
  }
}
