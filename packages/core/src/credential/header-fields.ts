import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'

/** Node.js itself leaves out what comes after the thousandth field, from `rawHeaders` too: nobody could say what it was. */
const maxFields = 500

/**
 * The values of every field of a name, in the order received.
 *
 * @param name in lower case
 */
export function fieldValues(request: ProtectedRequest, name: string): string[] {
  const values: string[] = []
  const fields = request.rawHeaders
  if (!Array.isArray(fields)) throw new TypeError('The request has no rawHeaders: it is not one that Node.js made')
  if (fields.length > 2 * maxFields)
    throw new AccessTokenError('credential_malformed', { reason: 'over 500 header fields' })
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const field = fields[index] as string
    if (field.length === name.length && field.toLowerCase() === name) values.push(fields[index + 1] as string)
  }
  return values
}
