import { isObject, parseJsonObject } from '../json-object.ts'
import { type Answer, type HttpClient, NoAnswer } from '../transport/index.ts'
import type { WellKnown } from './well-known.ts'

/** What is at one of the addresses that metadata may have. */
export interface Place {
  readonly form: 'oauth' | 'openid'
  readonly url: URL
  readonly answer: Answer | undefined
  /** Why there is no answer. */
  readonly failure: NoAnswer | undefined
  /** The document, where it is one. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
}

const maxMetadataBytes = 65_536

/** Looks at both addresses (RFC 8414 §3.1, OpenID Connect Discovery 1.0 §4). */
export async function searchMetadata(
  client: HttpClient,
  { oauth, openid }: WellKnown,
): Promise<readonly [Place, Place]> {
  return Promise.all([look(client, 'oauth', oauth), look(client, 'openid', openid)])
}

async function look(client: HttpClient, form: Place['form'], url: URL): Promise<Place> {
  try {
    const answer = await client.send(url, { maxBytes: maxMetadataBytes, redirects: 'follow' })
    const document = answer.status === 200 && !answer.isTruncated ? parseJsonObject(answer.body) : undefined
    // A page that answers everything with 200 is no metadata.
    const metadata = isObject(document) && ('issuer' in document || 'jwks_uri' in document) ? document : undefined
    return { form, url, answer, failure: undefined, metadata }
  } catch (error) {
    if (error instanceof NoAnswer) return { form, url, answer: undefined, failure: error, metadata: undefined }
    throw error
  }
}
