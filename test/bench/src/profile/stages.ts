/** The stages of a request's way, in its order, and what stands beside it. */
export const stages = [
  'credential',
  'cache',
  'segments, base64url',
  'header',
  'decryption',
  'JSON',
  'issuer and key',
  'signature',
  'claims',
  'result, frozen',
  'between the stages',
  'garbage collection',
  'runtime',
] as const

export type Stage = (typeof stages)[number]

/** Which stage a function belongs to, as `file#function`. The first that fits counts. */
const stagePatterns: readonly (readonly [RegExp, Stage])[] = [
  [/^core\/dist\/credential\//, 'credential'],
  [/^core\/dist\/(verified-tokens|pending-tokens)/, 'cache'],
  [/^core\/dist\/compact\/(header|known-headers)/, 'header'],
  [/^core\/dist\/(known-headers|signed-token\.js#(parse|remember)$)/, 'header'],
  [/^core\/dist\/compact\/json/, 'JSON'],
  [/^core\/dist\/compact\//, 'segments, base64url'],
  [/^core\/dist\/signed-token/, 'segments, base64url'],
  [/^core\/dist\/(jwe\/|encrypted-token)/, 'decryption'],
  [/^core\/dist\/jws\//, 'signature'],
  [/^core\/dist\/issuer/, 'issuer and key'],
  [/^jwks\/dist\//, 'issuer and key'],
  [/^core\/dist\/claims\//, 'claims'],
  [/^core\/dist\/authentication/, 'result, frozen'],
  [/^core\/dist\//, 'between the stages'],
]

/**
 * The stage of a function.
 *
 * @param url and its name, as the profiler has them
 * @returns `undefined` for what belongs to whoever called it: Node itself, libraries
 */
export function stageOf(url: string, functionName: string): Stage | undefined {
  const file = /\/packages\/((?:core|jwks)\/dist\/.*)$/.exec(url)?.[1]
  if (file === undefined) return undefined
  return stagePatterns.find(([pattern]) => pattern.test(`${file}#${functionName}`))?.[1]
}
