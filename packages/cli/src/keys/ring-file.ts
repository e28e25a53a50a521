import { fileKeyStorage, type JWK, type KeyRingUse, type KeyState, KeyStorageError } from '@sallyport/issuer'
import { withOwnNames } from '../configuration-failure.ts'
import { faultFailure, usageFailure } from '../failure.ts'
import { readSecret, type SecretOptions } from './secret.ts'

/** A key of a ring as its file has it. Times are in seconds since 1970. */
export interface RingFileKey {
  readonly kid: string
  readonly alg: string
  readonly state: KeyState
  readonly publishedAt: number
  readonly usedSince: number | undefined
  readonly keptUntil: number | undefined
  /** Private only while that is needed. */
  readonly jwk: JWK
}

/** What a key ring's file says. */
export interface RingFile {
  readonly use: KeyRingUse
  readonly keys: readonly RingFileKey[]
}

const format = 'sallyport-key-ring/1'

/**
 * Reads a key ring without taking part in it: opening it would do what is due, by a policy that only the application
 * knows.
 *
 * @returns `undefined` where there is no file
 * @throws CommandFailure
 */
export async function readRingFile(path: string, options: SecretOptions): Promise<RingFile | undefined> {
  const secret = await readSecret(options)
  const loaded = await withStorageFailures(() =>
    withOwnNames({ path: '--ring', secret: 'The secret' }, async () => fileKeyStorage({ path, secret }).load()),
  )
  if (loaded === undefined || loaded === 'unchanged') return undefined
  const ring = parse(loaded.content)
  if (ring !== undefined) return ring
  throw usageFailure(
    `--ring: ${path} is of another version of Sallyport.`,
    'Take the version that your application has.',
  )
}

/** @throws CommandFailure where there is no ring */
export async function requireRingFile(path: string, options: SecretOptions): Promise<RingFile> {
  const ring = await readRingFile(path, options)
  if (ring !== undefined) return ring
  throw usageFailure(`--ring: ${path} is not there.`, `sallyport keys generate --ring ${path} makes one.`)
}

function parse(content: string): RingFile | undefined {
  const value = JSON.parse(content) as {
    readonly format?: unknown
    readonly use: KeyRingUse
    readonly keys: readonly RingFileKey[]
  }
  return value.format === format ? { use: value.use, keys: value.keys } : undefined
}

const advices: Readonly<Partial<Record<KeyStorageError['code'], string>>> = {
  storage_exposed: 'Make file and directory yours alone: chmod 600 the file, chmod 700 the directory.',
  storage_secret_wrong: 'Is it the secret of this file?',
  storage_corrupted: 'Take it from a backup. Without one, start a new ring: tokens of the old one are refused then.',
}

/** @throws CommandFailure in the place of errors of the storage */
export async function withStorageFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof KeyStorageError)) throw error
    const isUsers = ['storage_exposed', 'storage_secret_wrong', 'storage_corrupted'].includes(error.code)
    const fail = isUsers ? usageFailure : faultFailure
    throw fail(`--ring: ${error.message}.`, advices[error.code])
  }
}
