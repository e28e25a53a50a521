import { usageFailure } from '../failure.ts'
import { readKeyFile } from '../files/index.ts'

/**
 * Further claims, as JSON or in a file behind an `@`: personal values stay out of the shell history that way.
 *
 * @throws CommandFailure that says nothing of the values
 */
export async function readClaims(given: string | undefined): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (given === undefined) return undefined
  const text = given.startsWith('@') ? (await readKeyFile(given.slice(1), '--claims')).text : given
  const value = parse(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw usageFailure('--claims: that is no JSON object.', `Write it so: --claims '{"tenant":"acme"}', or @file.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
