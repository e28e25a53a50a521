import type { Attack } from './attack.ts'

/** The name of the test of an attack: what has to happen. */
export function attackTitle(who: string, { proves, name, expected }: Attack): string {
  return `${citation(proves)}${who} ${expected[0] === 200 ? 'takes' : 'refuses'} ${name}`
}

/** How a title cites the requirements that its test proves. */
export function citation(requirements: readonly string[]): string {
  return requirements.length === 0 ? '' : `${requirements.join(', ')}: `
}

/** Who is attacked: the frameworks, and the verifier alone. */
export const verifierName = 'createVerifier'
