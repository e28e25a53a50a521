import { IssuerConfigurationError, quoted } from '../configuration-error.ts'
import type { EndpointMetadata } from '../metadata.ts'
import { assertionAlgorithms } from './clients/index.ts'

/** Where the endpoints are: as clients see it, and as requests name it. */
export interface EndpointAddress {
  readonly url: string
  readonly path: string
}

const pathForm = /^(\/[A-Za-z0-9._~-]+)+$/

/**
 * The address of an endpoint below the issuer's.
 *
 * @throws IssuerConfigurationError
 */
export function addressOf(issuer: string, path: unknown, option: string): EndpointAddress {
  if (typeof path !== 'string' || !pathForm.test(path) || /\/\.{1,2}(\/|$)/.test(path)) {
    throw new IssuerConfigurationError(option, quoted(path), 'a path below the issuer, as "/token"')
  }
  const url = `${issuer.replace(/\/$/, '')}${path}`
  return { url, path: new URL(url).pathname }
}

interface Endpoints {
  readonly token: EndpointAddress
  readonly revocation: EndpointAddress
  readonly grantTypes: readonly string[]
  /** Whether there may be clients that have no secret. */
  readonly hasPublicClients: boolean
}

/** RFC 8414 §2 */
export function endpointMetadata({ token, revocation, grantTypes, hasPublicClients }: Endpoints): EndpointMetadata {
  const methods = Object.freeze(['client_secret_basic', 'private_key_jwt', ...(hasPublicClients ? ['none'] : [])])
  const algorithms = Object.freeze([...assertionAlgorithms])
  return {
    token_endpoint: token.url,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: algorithms,
    revocation_endpoint: revocation.url,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: algorithms,
    grant_types_supported: Object.freeze([...grantTypes]),
  }
}
