import type { RequestListener } from 'node:http'

/** What an API has to know to check its tokens. */
export interface ApiSettings {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  /** For what cannot fetch keys: the same key as PEM. */
  readonly publicKey: string
}

/** What every route answers: the token's `sub`. Where nothing is checked, always the same. */
export const bareSubject = 'user-00000000'

type CreateApp = (settings: ApiSettings) => Promise<RequestListener>

interface AppEntry {
  readonly framework: 'Express' | 'Koa' | 'Nest'
  readonly role: 'bare' | 'sallyport' | 'peer'
  /** Packages whose versions the report names. */
  readonly packages: readonly string[]
  readonly load: () => Promise<{ readonly create: CreateApp }>
}

/** Every app in a process of its own. Adding a peer is adding an entry and its file. */
export const apps = {
  express: {
    framework: 'Express',
    role: 'bare',
    packages: ['express'],
    load: () => import('./express/bare.ts'),
  },
  'express, sallyport': {
    framework: 'Express',
    role: 'sallyport',
    packages: [],
    load: () => import('./express/sallyport.ts'),
  },
  'express-oauth2-jwt-bearer': {
    framework: 'Express',
    role: 'peer',
    packages: ['express-oauth2-jwt-bearer'],
    load: () => import('./express/express-oauth2-jwt-bearer.ts'),
  },
  'express-jwt + jwks-rsa': {
    framework: 'Express',
    role: 'peer',
    packages: ['express-jwt', 'jwks-rsa'],
    load: () => import('./express/express-jwt.ts'),
  },
  'passport-jwt + jwks-rsa': {
    framework: 'Express',
    role: 'peer',
    packages: ['passport-jwt', 'jwks-rsa'],
    load: () => import('./express/passport-jwt.ts'),
  },
  koa: { framework: 'Koa', role: 'bare', packages: ['koa'], load: () => import('./koa/bare.ts') },
  'koa, sallyport': { framework: 'Koa', role: 'sallyport', packages: [], load: () => import('./koa/sallyport.ts') },
  'koa-jwt + jwks-rsa': {
    framework: 'Koa',
    role: 'peer',
    packages: ['koa-jwt', 'jwks-rsa'],
    load: () => import('./koa/koa-jwt.ts'),
  },
  nest: {
    framework: 'Nest',
    role: 'bare',
    packages: ['@nestjs/core'],
    load: () => import('./nest/bare.ts'),
  },
  'nest, sallyport': { framework: 'Nest', role: 'sallyport', packages: [], load: () => import('./nest/sallyport.ts') },
  '@nestjs/jwt': {
    framework: 'Nest',
    role: 'peer',
    packages: ['@nestjs/jwt'],
    load: () => import('./nest/nestjs-jwt.ts'),
  },
} as const satisfies Record<string, AppEntry>

export type AppName = keyof typeof apps

export const appNames = Object.keys(apps) as readonly AppName[]

/** The only route of every app. */
export const path = '/reports'
