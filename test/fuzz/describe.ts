import type { Minimal } from './minimise.ts'

/** A disagreement for people to read: what, how to make it again, and the token with its headers. */
export function describeMinimal({ disagreement, presentations, recipe, isReproduced }: Minimal, seed: number): string {
  const { kind, policy, subject, expected, actual } = disagreement
  const last = presentations.at(-1)!
  return [
    `DISAGREEMENT (${kind}) at "${policy}", verifier "${subject}": expected ${expected}, got ${actual}`,
    isReproduced
      ? `  presented to new verifiers: ${presentations.length} token(s)`
      : `  only in the run with seed ${seed}`,
    `  recipe: ${JSON.stringify(recipe)}`,
    ...presentations.slice(0, -1).map(({ token, now }) => `  before, at ${now}: ${JSON.stringify(token)}`),
    `  at ${last.now}: ${JSON.stringify(last.token)}`,
    ...last.token
      .split('.')
      .slice(0, 2)
      .map((segment) => `    ${JSON.stringify(readable(segment))}`),
  ].join('\n')
}

function readable(segment: string): string {
  const text = Buffer.from(segment, 'base64url').toString('latin1')
  return text.length > 800 ? `${text.slice(0, 800)} ...` : text
}
