/*
 * The authorization server, in a thread of its own: what it writes to stdout and stderr can be kept apart there.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import type { JWK } from 'jose'
import { createProvider, type ProviderOptions } from './provider.ts'
import { generateSigningKeys } from './signing-keys.ts'

/** What the thread says when it serves. */
export interface Started {
  readonly issuer: string
  /** The private keys, for the demonstration of wrong tokens that only the authorization server can sign. */
  readonly signingKeys: readonly JWK[]
}

const server = createServer()
await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const signingKeys = await generateSigningKeys()
const handle = createProvider(issuer, signingKeys, workerData as ProviderOptions).callback()
server.on('request', (request, response) => void handle(request, response))
parentPort?.postMessage({ issuer, signingKeys } satisfies Started)
