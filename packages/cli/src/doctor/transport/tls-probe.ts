import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'

/** What a TLS connection shows. Nothing is sent over it. */
export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string
  readonly cipher: string
  /** Why the certificate is not trusted. */
  readonly distrust: string | undefined
  /** Milliseconds since the epoch. */
  readonly validUntilMs: number | undefined
  readonly issuer: string | undefined
}

interface ProbeOptions {
  readonly timeoutMs: number
  readonly ca?: string | undefined
}

/**
 * Looks at a server's TLS, also where its certificate is not trusted.
 *
 * @returns `undefined` where there is no TLS at all, or no answer
 */
export async function probeTls(url: URL, { timeoutMs, ca }: ProbeOptions): Promise<TlsFacts | undefined> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || 443)
  return new Promise((resolve) => {
    const isAddress = /^[\d.]+$|:/.test(host)
    const socket = connect({
      host,
      port,
      // Only to look: what is not trusted, or out of date, is reported, and gets nothing sent.
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      timeout: timeoutMs,
      ...(!isAddress && { servername: host }),
      ...(ca !== undefined && { ca }),
    })
    const timer = setTimeout(() => end(undefined), timeoutMs)
    const end = (facts: TlsFacts | undefined) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(facts)
    }
    socket.once('secureConnect', () => end(factsOf(socket)))
    socket.once('timeout', () => end(undefined))
    socket.once('error', () => end(undefined))
  })
}

function factsOf(socket: TLSSocket): TlsFacts {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate()
  const error: unknown = socket.authorizationError
  const until = Date.parse(certificate.valid_to ?? '')
  const organisation: unknown = certificate.issuer?.O ?? certificate.issuer?.CN
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
    distrust: socket.authorized ? undefined : describeDistrust(error),
    validUntilMs: Number.isNaN(until) ? undefined : until,
    issuer: typeof organisation === 'string' ? organisation : undefined,
  }
}

function describeDistrust(error: unknown): string {
  if (typeof error === 'string') return error
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.message
  return 'unknown'
}
