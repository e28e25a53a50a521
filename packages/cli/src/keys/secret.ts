import { usageFailure } from '../failure.ts'
import { readKeyFile } from '../files/index.ts'
import type { Surroundings } from '../surroundings.ts'

/** Where the secret of a key ring's file comes from: never an argument, which others see. */
export interface SecretOptions {
  readonly secretFile?: string | undefined
  readonly env: Surroundings['env']
}

/** Name of the environment variable. */
export const secretVariable = 'SALLYPORT_KEY_SECRET'

/** @throws CommandFailure that says nothing of the secret */
export async function readSecret({ secretFile, env }: SecretOptions): Promise<string> {
  if (secretFile !== undefined) {
    const file = await readKeyFile(secretFile, '--secret-file')
    file.requireOwnersAlone()
    return file.text.trim()
  }
  const secret = env[secretVariable]?.trim() ?? ''
  if (secret !== '') return secret
  throw usageFailure(
    'There is no secret for the key ring.',
    `Put 32 random bytes as base64url into the variable ${secretVariable}, or into a file for --secret-file.`,
  )
}
