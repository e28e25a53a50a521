import { isSafe } from '../addresses.ts'
import { type Finding, note, ok, problem, warning } from '../finding.ts'
import { stringsOf } from '../json-object.ts'

type Metadata = Readonly<Record<string, unknown>>

/** What is found in the metadata of an authorization server (RFC 8414 §2, RFC 9700). */
export function judgeMetadata(metadata: Metadata, issuer: string): readonly Finding[] {
  return [
    judgeIssuer(metadata['issuer'], issuer),
    ...judgeEndpoints(metadata),
    ...judgeGrants(metadata),
    ...judgePkce(metadata),
    ...judgeAlgorithms(metadata),
    ...judgeExtras(metadata),
  ]
}

function judgeIssuer(named: unknown, issuer: string): Finding {
  if (named === issuer) return ok('metadata.issuer', `Its issuer is ${issuer}.`)
  if (typeof named !== 'string') {
    return problem('metadata.issuer', 'Its metadata names no issuer.', 'RFC 8414 §2 requires it.')
  }
  if (`${named}/` === issuer || named === `${issuer}/`) {
    const message = `Its issuer is ${named}: a slash at the end makes the difference to what you gave.`
    return note('metadata.issuer', message, 'Configure it exactly so: issuers are compared character by character.')
  }
  const message = `Its metadata names another issuer: ${named}.`
  const advice = 'Clients have to refuse that (RFC 8414 §3.3): give the address that the issuer names, or correct it.'
  return problem('metadata.issuer', message, advice)
}

function judgeEndpoints(metadata: Metadata): readonly Finding[] {
  const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
  const findings: Finding[] = []
  for (const [name, value] of endpoints) {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
    if (url === undefined) findings.push(problem('metadata.endpoints', `Its ${name} is no URL.`))
    else if (!isSafe(url))
      findings.push(problem('metadata.endpoints', `Its ${name} is not https.`, 'Serve https only.'))
  }
  if (metadata['jwks_uri'] === undefined) {
    const message = 'It does not say where its keys are (jwks_uri): APIs cannot verify its tokens.'
    findings.push(problem('metadata.jwks_uri', message, 'Publish a JWK Set, and name it in the metadata.'))
  }
  if (findings.length > 0) return findings
  return [ok('metadata.endpoints', `Its endpoints (${endpoints.length}) have safe addresses.`)]
}

/** RFC 9700 §2.1.2, §2.4 */
function judgeGrants(metadata: Metadata): readonly Finding[] {
  const grants = stringsOf(metadata['grant_types_supported'])
  const responses = stringsOf(metadata['response_types_supported'])
  const findings: Finding[] = []
  // With id_token alone the implicit grant gives no access tokens.
  const givesTokens = responses.some((type) => type.split(' ').includes('token'))
  if (givesTokens || (responses.length === 0 && grants.includes('implicit'))) {
    const message = 'It supports the implicit grant: access tokens in addresses, histories and logs.'
    findings.push(warning('metadata.implicit', message, 'Use the code grant with PKCE (RFC 9700 §2.1.2).'))
  }
  if (grants.includes('password')) {
    const message = 'It supports the password grant: clients see the passwords of users.'
    findings.push(warning('metadata.password', message, 'Use the code grant with PKCE (RFC 9700 §2.4).'))
  }
  return findings
}

function judgePkce(metadata: Metadata): readonly Finding[] {
  if (metadata['authorization_endpoint'] === undefined) return []
  const methods = stringsOf(metadata['code_challenge_methods_supported'])
  if (methods.includes('S256')) return [ok('metadata.pkce', 'It supports PKCE with S256.')]
  const message = 'It does not say that it supports PKCE with S256: a stolen code may be used by others.'
  return [
    warning('metadata.pkce', message, 'Support it, and name it in code_challenge_methods_supported (RFC 9700 §2.1.1).'),
  ]
}

function judgeAlgorithms(metadata: Metadata): readonly Finding[] {
  const names = Object.keys(metadata).filter((name) => name.endsWith('_alg_values_supported'))
  const withNone = names.filter((name) => stringsOf(metadata[name]).some((alg) => alg.toLowerCase() === 'none'))
  return withNone.map((name) => {
    const message = `It takes or makes tokens that nobody has signed: ${name} has none.`
    return warning('metadata.alg_none', message, 'Take "none" out.')
  })
}

function judgeExtras(metadata: Metadata): readonly Finding[] {
  const findings: Finding[] = []
  const dpop = stringsOf(metadata['dpop_signing_alg_values_supported'])
  if (dpop.length > 0) findings.push(note('metadata.dpop', `It binds tokens to keys by DPoP: ${dpop.join(', ')}.`))
  if (metadata['tls_client_certificate_bound_access_tokens'] === true) {
    findings.push(note('metadata.mtls', 'It binds tokens to client certificates (RFC 8705).'))
  }
  if (
    metadata['authorization_endpoint'] !== undefined &&
    metadata['authorization_response_iss_parameter_supported'] !== true
  ) {
    const message = 'Its authorization responses do not say whose they are (iss, RFC 9207).'
    findings.push(note('metadata.iss_parameter', message, 'Clients of several servers need it against mix-up.'))
  }
  return findings
}
