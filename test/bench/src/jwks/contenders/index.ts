import type { CreateContender } from './contender.ts'

interface Entry {
  /** As its users know it. */
  readonly title: string
  /** The same, in lines of a narrow column. */
  readonly heading: readonly string[]
  /** The package whose version is shown. */
  readonly package: string
  readonly role: 'sallyport' | 'peer'
  /** How it was set up, where that is not the default. */
  readonly setup?: string
  readonly load: () => Promise<{ readonly create: CreateContender }>
}

/** All contenders, in the order in which they are shown. */
export const contenders = {
  'sallyport-jwks': {
    title: '@sallyport/jwks with jose',
    heading: ['@sallyport', '/jwks, jose'],
    package: '@sallyport/jwks',
    role: 'sallyport',
    load: () => import('./sallyport-jwks.ts'),
  },
  'sallyport-core': {
    title: '@sallyport/core',
    heading: ['@sallyport', '/core'],
    package: '@sallyport/core',
    role: 'sallyport',
    load: () => import('./sallyport-core.ts'),
  },
  jose: { title: 'jose', heading: ['jose'], package: 'jose', role: 'peer', load: () => import('./jose.ts') },
  'jwks-rsa': {
    title: 'jwks-rsa',
    heading: ['jwks-rsa'],
    package: 'jwks-rsa',
    role: 'peer',
    load: () => import('./jwks-rsa.ts'),
  },
  'jwks-rsa-limited': {
    title: 'jwks-rsa, rate-limited',
    heading: ['jwks-rsa,', 'limited'],
    package: 'jwks-rsa',
    role: 'peer',
    setup: 'rateLimit with 5 requests a minute, as in its README',
    load: () => import('./jwks-rsa-limited.ts'),
  },
  'get-jwks': {
    title: 'get-jwks',
    heading: ['get-jwks'],
    package: 'get-jwks',
    role: 'peer',
    load: () => import('./get-jwks.ts'),
  },
  'express-oauth2-jwt-bearer': {
    title: 'express-oauth2-jwt-bearer',
    heading: ['express-', 'oauth2-jwt-', 'bearer'],
    package: 'express-oauth2-jwt-bearer',
    role: 'peer',
    load: () => import('./express-oauth2-jwt-bearer.ts'),
  },
  'aws-jwt-verify': {
    title: 'aws-jwt-verify',
    heading: ['aws-jwt-', 'verify'],
    package: 'aws-jwt-verify',
    role: 'peer',
    setup: 'a fetcher of ours, since its own one speaks https only; like that one it tries twice',
    load: () => import('./aws-jwt-verify.ts'),
  },
} as const satisfies Record<string, Entry>

export type ContenderName = keyof typeof contenders

export const contenderNames = Object.keys(contenders) as ContenderName[]

/** An entry with the optional members that some have. */
export function contenderOf(name: ContenderName): Entry {
  return contenders[name]
}
