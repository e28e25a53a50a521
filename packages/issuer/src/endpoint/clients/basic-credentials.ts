import { TokenRequestError } from '../token-request-error.ts'

/** A client's id and secret. */
interface BasicCredentials {
  readonly id: string
  readonly secret: string
}

/** RFC 9110 §11.4: scheme, one or more spaces, one token68. */
const basicForm = /^basic +([A-Za-z0-9+/]+={0,2})$/i

/** RFC 7617 §2.1 */
export const basicChallenge = 'Basic realm="token endpoint", charset="UTF-8"'

/**
 * Reads client_secret_basic (RFC 6749 §2.3.1): id and secret are form-encoded each, then joined and encoded as RFC 7617
 * says.
 *
 * @throws TokenRequestError `client_refused`
 */
export function readBasicCredentials(authorization: string): BasicCredentials {
  const [, token] = basicForm.exec(authorization) ?? []
  const bytes = Buffer.from(token ?? '', 'base64')
  if (token === undefined || bytes.toString('base64').replace(/=+$/, '') !== token.replace(/=+$/, '')) {
    throw new TokenRequestError('client_refused', 'the Authorization field holds no Basic credentials')
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const [id = '', secret] = splitOnce(text).map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    if (id !== '' && secret !== undefined && secret !== '') return { id, secret }
  } catch {
    // No UTF-8, in either of the two encodings.
  }
  throw new TokenRequestError('client_refused', 'the Basic credentials are not id and secret, form-encoded')
}

function splitOnce(text: string): readonly string[] {
  const colon = text.indexOf(':')
  return colon === -1 ? [text] : [text.slice(0, colon), text.slice(colon + 1)]
}
