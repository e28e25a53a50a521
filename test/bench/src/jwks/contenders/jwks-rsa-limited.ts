import jwksRsa from 'jwks-rsa'
import type { CreateContender } from './contender.ts'
import { verifyWithClient } from './signing-keys.ts'

export const create: CreateContender = (endpoint) =>
  verifyWithClient(jwksRsa({ jwksUri: endpoint.jwksUri, rateLimit: true, jwksRequestsPerMinute: 5 }), endpoint)
