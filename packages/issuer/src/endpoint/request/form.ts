import { isObject } from '../../checks.ts'
import { TokenRequestError } from '../token-request-error.ts'

/** The parameters of a request. One that is there without a value counts as absent (RFC 6749 §3.2). */
export interface Form {
  get(name: string): string | undefined
  /**
   * @throws TokenRequestError `parameter_missing`
   */
  require(name: string): string
  /** All values of one of the parameters that may be repeated. */
  all(name: RepeatableName): readonly string[]
}

/** RFC 8707 §2, RFC 8693 §2.1: the only parameters that may come more than once. */
const repeatable = ['resource', 'audience'] as const
type RepeatableName = (typeof repeatable)[number]

const maxParameters = 100

/**
 * Reads parameters out of a body as it came, or as a framework has parsed it: bytes, text, or an object of texts. An
 * array of texts is what parsers make of repeated parameters; nested objects are nothing that a form can say.
 *
 * @throws TokenRequestError
 */
export function readForm(body: unknown): Form {
  const pairs = isObject(body) && !(body instanceof Uint8Array) ? pairsOfObject(body) : pairsOfText(textOf(body))
  if (pairs.length > maxParameters) throw new TokenRequestError('form_malformed', 'too many parameters')
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value])
  for (const [name, given] of values) {
    if (given.length > 1 && !isRepeatable(name)) throw new TokenRequestError('parameter_repeated')
  }
  const get = (name: string) => values.get(name)?.[0] || undefined
  return {
    get,
    require: (name) => {
      const value = get(name)
      if (value === undefined) throw new TokenRequestError('parameter_missing', `${name} is missing`)
      return value
    },
    all: (name) => (values.get(name) ?? []).filter((value) => value !== ''),
  }
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  if (!(body instanceof Uint8Array)) throw new TokenRequestError('form_malformed', 'the body is of no known kind')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw new TokenRequestError('form_malformed', 'the body is not UTF-8')
  }
}

function pairsOfText(text: string): (readonly [string, string])[] {
  const pieces = text.split('&', maxParameters + 1)
  // Before empty ones are left out: what is behind the last piece was not looked at.
  if (pieces.length > maxParameters) throw new TokenRequestError('form_malformed', 'too many parameters')
  const named = pieces.filter((piece) => piece !== '')
  return named.map((piece) => {
    const equals = piece.indexOf('=')
    const [name, value] = equals === -1 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)]
    return [decodeFormText(name), decodeFormText(value)]
  })
}

/**
 * Undoes the encoding of application/x-www-form-urlencoded, strictly: what is no UTF-8 stands for nothing.
 *
 * @throws TokenRequestError
 */
function decodeFormText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new TokenRequestError('form_malformed', 'a parameter is not well encoded')
  }
}

function pairsOfObject(body: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(body).flatMap(([name, value]) => {
    if (Array.isArray(value) && !isRepeatable(name)) throw new TokenRequestError('parameter_repeated')
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.map((one) => {
      if (typeof one === 'string') return [name, one] as const
      throw new TokenRequestError('form_malformed', 'a parameter is no text')
    })
  })
}

function isRepeatable(name: string): boolean {
  return repeatable.some((one) => one === name)
}
