/** A challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1). */
export interface ChallengeField {
  /** In lower case. */
  readonly scheme: string
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const quoted = /"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\uffff]|\\[\t \x21-\x7e])*)"/y
const token68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const space = /[ \t]*/y

/**
 * Parses a field to the letter.
 *
 * @returns the challenges; `undefined` where the field does not follow the grammar
 */
export function parseChallenges(field: string): readonly ChallengeField[] | undefined {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  let index = 0
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = index
    const match = pattern.exec(field)
    if (match !== null) index = pattern.lastIndex
    return match
  }
  const readParameter = (parameters: Map<string, string>): boolean => {
    const start = index
    const name = read(token)?.[0]
    read(space)
    if (name === undefined || field[index] !== '=') {
      index = start
      return false
    }
    index++
    read(space)
    const value = field[index] === '"' ? read(quoted)?.[1]?.replace(/\\(.)/g, '$1') : read(token)?.[0]
    if (value === undefined || parameters.has(name.toLowerCase())) throw new SyntaxError()
    parameters.set(name.toLowerCase(), value)
    return true
  }
  try {
    for (read(space); index < field.length; read(space)) {
      const last = challenges.at(-1)
      if (last === undefined || !readParameter(last.parameters)) {
        const scheme = read(token)?.[0]
        if (scheme === undefined) return undefined
        const parameters = new Map<string, string>()
        challenges.push({ scheme: scheme.toLowerCase(), parameters })
        if (field[index] === ' ') {
          read(space)
          const isFollowed = index < field.length && field[index] !== ','
          // Either form may follow; only the first has nothing behind its equals signs.
          if (isFollowed && read(token68) === null && !readParameter(parameters)) return undefined
        }
      }
      read(space)
      if (index < field.length && field[index] !== ',') return undefined
      while (field[index] === ',') {
        index++
        read(space)
      }
    }
    return challenges
  } catch {
    return undefined
  }
}
