import { createPublicKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Situation } from '../situation.ts'
import type { ApiSettings } from './apps.ts'

/** The issuer's keys, where all apps fetch them. */
export async function serveJwks({
  issuer,
  audience,
  verificationKey,
}: Situation): Promise<{ readonly settings: ApiSettings; readonly close: () => void }> {
  const body = JSON.stringify({ keys: [verificationKey] })
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  const publicKey = createPublicKey({ key: verificationKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { settings: { issuer, audience, jwksUri, publicKey: publicKey.toString() }, close }
}
