import type { IncomingMessage } from 'node:http'
import { TokenRequestError } from '../token-request-error.ts'

interface BodyLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
}

/**
 * The body of a request, read within limits; or, where a framework has read it before, what that made of it.
 *
 * @throws TokenRequestError
 */
export async function readBody(
  req: IncomingMessage & { readonly body?: unknown },
  limits: BodyLimits,
): Promise<unknown> {
  // Some frameworks put an empty object there without having read anything.
  if (req.readableEnded) return req.body
  const { 'content-length': length } = req.headers
  if (length !== undefined && Number(length) > limits.maxBytes) throw new TokenRequestError('form_too_large')
  return readStream(req, limits)
}

function readStream(req: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const timer = setTimeout(() => finish(new TokenRequestError('form_too_slow')), timeoutMs)
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) return finish(new TokenRequestError('form_too_large'))
      chunks.push(chunk)
    }
    const end = () => finish()
    const abort = () => finish(new TokenRequestError('form_malformed', 'the request was aborted'))
    req.on('data', take).on('end', end).on('error', abort).on('close', abort)

    function finish(error?: TokenRequestError): void {
      clearTimeout(timer)
      req.off('data', take).off('end', end).off('close', abort)
      if (error === undefined) return resolve(Buffer.concat(chunks, size))
      // The error listener stays: a request that breaks later must not end the process.
      req.pause()
      reject(error)
    }
  })
}
