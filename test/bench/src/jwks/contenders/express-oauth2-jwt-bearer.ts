import type { Request, Response } from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import type { CreateContender } from './contender.ts'

/** Its middleware, called without Express around it. */
export const create: CreateContender = ({ issuer, audience, jwksUri }) => {
  const middleware = auth({ issuer, audience, jwksUri, tokenSigningAlg: 'RS256' })
  return (token) =>
    new Promise<void>((resolve, reject) => {
      const next = (error?: unknown) => (error instanceof Error ? reject(error) : resolve())
      void middleware(requestWith(token), {} as Response, next)
    })
}

function requestWith(token: string): Request {
  const request = {
    method: 'GET',
    protocol: 'https',
    url: '/reports',
    originalUrl: '/reports',
    headers: { host: 'api.example', authorization: `Bearer ${token}` },
    query: {},
    is: () => false,
    get: () => 'api.example',
  }
  return request as unknown as Request
}
