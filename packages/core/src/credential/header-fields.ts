import type { ProtectedRequest } from '../request.ts'

/**
 * The values of every field of a name, in the order received.
 *
 * @param name in lower case
 */
export function fieldValues(request: ProtectedRequest, name: string): string[] {
  const values: string[] = []
  const fields = request.rawHeaders
  if (!Array.isArray(fields)) throw new TypeError('The request has no rawHeaders: it is not one that Node.js made')
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const field = fields[index] as string
    if (field.length === name.length && field.toLowerCase() === name) values.push(fields[index + 1] as string)
  }
  return values
}
