import { isSafe } from '../addresses.ts'
import { type Finding, note, ok, problem, warning } from '../finding.ts'
import { parseJsonObject, stringsOf } from '../json-object.ts'
import { type Answer, type HttpClient, NoAnswer } from '../transport/index.ts'
import { parseChallenges } from './challenge.ts'

/** What an API says about itself (RFC 9728): where it is, its challenge or its address tells. */
export async function examineResourceMetadata(client: HttpClient, url: URL, bare: Answer): Promise<readonly Finding[]> {
  const named = namedIn(bare)
  const path = url.pathname.replace(/\/$/, '')
  const place = named ?? new URL(`/.well-known/oauth-protected-resource${path}`, url.origin)
  if (!isSafe(place)) return [problem('resource.address', 'The resource_metadata of its challenge is no https URL.')]
  // What a server names may be anywhere: only its own origin is asked.
  if (place.origin !== url.origin)
    return [note('resource.address', `Its metadata is at another origin, ${place.origin}.`)]
  try {
    const answer = await client.send(place, { redirects: 'follow', maxBytes: 65_536 })
    const document = answer.status === 200 ? parseJsonObject(answer.body) : undefined
    if (document?.['resource'] !== undefined) return judge(document, url)
    if (named === undefined) {
      return [
        note(
          'resource.missing',
          'It does not say which authorization servers it trusts (RFC 9728).',
          'Clients such as those of MCP look for that.',
        ),
      ]
    }
    return [warning('resource.missing', 'There is no metadata where its challenge says (resource_metadata).')]
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return [warning('resource.unreachable', `Its metadata: ${error.message}.`)]
  }
}

function namedIn({ headers }: Answer): URL | undefined {
  for (const field of headers.all('www-authenticate')) {
    for (const { parameters } of parseChallenges(field) ?? []) {
      const value = parameters.get('resource_metadata')
      if (value !== undefined && URL.canParse(value)) return new URL(value)
    }
  }
  return undefined
}

function judge(document: Readonly<Record<string, unknown>>, url: URL): readonly Finding[] {
  const { resource } = document
  const servers = stringsOf(document['authorization_servers'])
  const isOurs = typeof resource === 'string' && URL.canParse(resource) && url.href.startsWith(new URL(resource).href)
  const findings = [
    isOurs
      ? ok('resource.identifier', `It is the resource ${resource}.`)
      : warning(
          'resource.identifier',
          'Its metadata is of another resource.',
          'Clients have to refuse that (RFC 9728 §3.3).',
        ),
  ]
  if (servers.length === 0) return [...findings, note('resource.servers', 'It names no authorization server.')]
  return [
    ...findings,
    note('resource.servers', `It trusts ${servers.join(', ')}.`, `sallyport doctor ${servers[0] ?? ''}`),
  ]
}
