import { createHash } from 'node:crypto'
import { JwksConfigurationError } from './configuration-error.ts'
import { checkUrl, nameOfUrl } from './url.ts'

/** An authorization server by its issuer identifier; the JWKS URL is read from its metadata. */
export interface IssuerSource {
  /** Issuer identifier (RFC 8414 §2), exactly as its metadata and its tokens have it. */
  readonly issuer: string
  /** Where the metadata is fetched, when the issuer's own name does not lead there (containers, proxies). */
  readonly metadataUrl?: string | undefined
  readonly jwksUri?: undefined
}

/** A JWK Set by its URL. */
export interface JwksUriSource {
  /** URL of the JWK Set; https, or http on a loopback host. */
  readonly jwksUri: string
  /** Whose keys they are: snapshots are then bound to this issuer too. */
  readonly issuer?: string | undefined
  readonly metadataUrl?: undefined
}

/** Where the keys come from: the URL of a JWK Set, or an issuer whose metadata names it. */
export type JwksSource = string | URL | IssuerSource | JwksUriSource

/** A source, checked. */
export interface Source {
  /** For people and logs. */
  readonly name: string
  /** Equal exactly for equal sources. */
  readonly id: string
  /** What snapshots are stored under: the name, and a digest of all that makes a difference. */
  readonly storeKey: string
  readonly issuer: string | undefined
  /** Where metadata is looked for, in this order; empty when the URL of the JWK Set is known. */
  readonly metadataUrls: readonly URL[]
  readonly jwksUri: URL | undefined
}

/** @throws JwksConfigurationError */
export function normalizeSource(source: unknown): Source {
  if (typeof source === 'string' || source instanceof URL) return jwksUriSource(checkUrl(source, 'source'), undefined)
  if (typeof source !== 'object' || source === null) {
    throw new JwksConfigurationError('source', source, 'a URL, { issuer, metadataUrl? } or { jwksUri, issuer? }')
  }
  const { issuer, metadataUrl, jwksUri, ...others } = source as Record<string, unknown>
  for (const name of Object.keys(others)) {
    throw new JwksConfigurationError(`source.${name}`, others[name], 'nothing: there is no such member')
  }
  if (jwksUri === undefined) return issuerSource(issuer, metadataUrl)
  if (metadataUrl !== undefined) {
    throw new JwksConfigurationError('source.metadataUrl', metadataUrl, 'nothing beside jwksUri')
  }
  if (issuer !== undefined && (typeof issuer !== 'string' || issuer === '' || issuer.length > 2048)) {
    throw new JwksConfigurationError('source.issuer', issuer, 'the exact iss of the tokens')
  }
  return jwksUriSource(checkUrl(jwksUri, 'source.jwksUri'), issuer)
}

function jwksUriSource(jwksUri: URL, issuer: string | undefined): Source {
  return describe(nameOfUrl(jwksUri), { issuer, metadataUrls: [], jwksUri })
}

function issuerSource(issuer: unknown, metadataUrl: unknown): Source {
  // RFC 8414 §2: an issuer identifier has neither query nor fragment. Behind a metadataUrl it may be any name.
  const takes = 'an issuer identifier: an https URL (http for loopback hosts only) without query and fragment'
  if (typeof issuer !== 'string' || issuer === '' || issuer.length > 2048) {
    throw new JwksConfigurationError('source.issuer', issuer, takes)
  }
  if (metadataUrl !== undefined) {
    const metadataUrls = [checkUrl(metadataUrl, 'source.metadataUrl')]
    return describe(issuer, { issuer, metadataUrls, jwksUri: undefined })
  }
  const url = checkUrl(issuer, 'source.issuer')
  if (url.search !== '' || issuer.includes('?')) throw new JwksConfigurationError('source.issuer', issuer, takes)
  return describe(issuer, { issuer, metadataUrls: wellKnownUrls(url), jwksUri: undefined })
}

function describe(name: string, where: Pick<Source, 'issuer' | 'metadataUrls' | 'jwksUri'>): Source {
  const id = JSON.stringify([where.issuer, where.metadataUrls, where.jwksUri])
  const digest = createHash('sha256').update(id).digest('base64url')
  return { name, id, storeKey: `${name} ${digest.slice(0, 16)}`, ...where }
}

/** RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery 1.0 §4 behind it. */
function wellKnownUrls(issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/$/, '')
  return [
    new URL(`/.well-known/oauth-authorization-server${path}`, issuer.origin),
    new URL(`${path}/.well-known/openid-configuration`, issuer.origin),
  ]
}
