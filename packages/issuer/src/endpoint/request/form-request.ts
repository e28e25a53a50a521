import type { IncomingMessage } from 'node:http'
import { TokenRequestError } from '../token-request-error.ts'
import { type Form, readForm } from './form.ts'
import { readBody } from './read-body.ts'

/** A form, and the one header field that clients may authenticate with. */
export interface FormRequest {
  readonly form: Form
  readonly authorization: string | undefined
}

const maxBytes = 64 * 1024
const timeoutMs = 10_000

/** RFC 6749 §3.2, appendix B: always UTF-8. */
const formType = /^application\/x-www-form-urlencoded[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i

/**
 * Reads a form out of a request: parameters stand in the body, never in the URL (RFC 6749 §2.3.1).
 *
 * @throws TokenRequestError
 */
export async function readFormRequest(req: IncomingMessage): Promise<FormRequest> {
  const { 'content-type': type = '', 'content-encoding': encoding } = req.headers
  if (!formType.test(type)) throw new TokenRequestError('form_malformed', 'the content type is that of no form')
  if (encoding !== undefined) throw new TokenRequestError('form_malformed', 'the body is compressed')
  const authorization = authorizationOf(req)
  return { authorization, form: readForm(await readBody(req, { maxBytes, timeoutMs })) }
}

/** Node's `headers` hides a second field. */
function authorizationOf({ rawHeaders }: IncomingMessage): string | undefined {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && /^authorization$/i.test(rawHeaders[index - 1] ?? ''),
  )
  if (values.length > 1) throw new TokenRequestError('client_ambiguous', 'two Authorization fields')
  return values[0]
}
