import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Serves on a free loopback port until the test ends, and gives its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://${await listen(createServer(listener))}`
}

/** The same over TLS. */
export async function serveTls(options: ServerOptions, listener: RequestListener): Promise<string> {
  return `https://${await listen(createTlsServer(options, listener))}`
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A self-signed certificate for 127.0.0.1 (RFC 5280) that is good for some days from now on. */
export function makeCertificate(days: number): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
  const commonName = der(0x30, der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('loopback')))
  const name = der(0x30, der(0x31, commonName))
  const day = 86_400_000
  const validity = der(0x30, utcTime(Date.now() - 30 * day), utcTime(Date.now() + days * day + 60_000))
  const addresses = der(0x30, der(0x87, Buffer.of(127, 0, 0, 1)))
  const subjectAltName = der(0x30, der(0x06, Buffer.from('551d11', 'hex')), der(0x04, addresses))
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey,
    der(0xa3, der(0x30, subjectAltName)),
  )
  const signature = sign('sha256', content, createPrivateKey(privateKey))
  const certificate = der(0x30, content, ecdsaWithSha256, der(0x03, Buffer.of(0), signature))
  const lines = certificate.toString('base64').replaceAll(/(.{64})/g, '$1\n')
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key: privateKey }
}

function utcTime(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
