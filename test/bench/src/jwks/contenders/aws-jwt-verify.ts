import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import type { CreateContender } from './contender.ts'

export const create: CreateContender = ({ issuer, audience, jwksUri }) => {
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchTwice } })
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri }, { jwksCache })
  return (token) => verifier.verify(token)
}

async function fetchTwice(uri: string): Promise<ArrayBuffer> {
  try {
    return await fetchOnce(uri)
  } catch {
    return fetchOnce(uri)
  }
}

async function fetchOnce(uri: string): Promise<ArrayBuffer> {
  const response = await fetch(uri)
  if (response.status !== 200) throw new Error(`answered with ${response.status}`)
  return response.arrayBuffer()
}
