import {
  type AgreementCurve,
  createKeyRing,
  KeyRingError,
  type PublishableKeyManagement,
  fileKeyStorage,
  type SigningAlgorithm,
} from '@sallyport/issuer'
import { withOwnNames } from '../configuration-failure.ts'
import { faultFailure, refusal, usageFailure } from '../failure.ts'
import { describeMoment } from '../moments.ts'
import type { Outcome } from '../outcome.ts'
import { outcomeOf } from './list.ts'
import { readRingFile, requireRingFile, type RingFile, withStorageFailures } from './ring-file.ts'
import { readSecret, type SecretOptions } from './secret.ts'

export interface RotateOptions {
  readonly ring: string
  /** Seconds; as the application has it. */
  readonly publishAhead?: number | undefined
  /** Withdraws the current key at once. */
  readonly emergency?: boolean | undefined
}

const day = 86_400
/** The longest that a ring takes: a rotation that is due by the clock is the application's business, not ours. */
const twoYears = 730 * day

const ownNames = { path: '--ring', secret: 'The secret', publishAheadSeconds: '--publish-ahead', algorithm: '--alg' }

/** `sallyport keys rotate` */
export async function rotateKeys(options: RotateOptions, secret: SecretOptions, nowMs: number): Promise<Outcome> {
  const { ring: path, emergency = false, publishAhead = day } = options
  const before = await requireRingFile(path, secret)
  const like = before.keys.find(({ state }) => state === 'current') ?? before.keys[0]
  await withRingFailures(nowMs, async () => {
    const keyRing = await openRing(
      path,
      { use: before.use, algorithm: like?.alg ?? 'ES256', crv: like?.jwk.crv },
      publishAhead,
      secret,
    )
    await keyRing.rotateNow({ emergency }).finally(() => keyRing.close())
  })
  const outcome = outcomeOf(await requireRingFile(path, secret), nowMs)
  const hint = emergency
    ? 'The key is withdrawn: tokens that it signed are refused as soon as APIs look for new keys.'
    : 'Rotated: tokens that the old key signed stay good until they expire.'
  return { ...outcome, hints: [hint] }
}

/** Makes a ring in a file that is not there yet. */
export async function generateRing(
  path: string,
  algorithm: string,
  use: RingFile['use'],
  secret: SecretOptions,
  nowMs: number,
): Promise<Outcome> {
  if ((await readRingFile(path, secret)) !== undefined) {
    throw usageFailure(
      `--ring: ${path} is there already.`,
      'sallyport keys list shows it, sallyport keys rotate rotates it.',
    )
  }
  await withRingFailures(nowMs, async () => {
    const keyRing = await openRing(path, { use, algorithm, crv: undefined }, day, secret)
    keyRing.close()
  })
  return outcomeOf(await requireRingFile(path, secret), nowMs)
}

/** What new keys of a ring are like. */
interface NewKeys {
  readonly use: RingFile['use']
  readonly algorithm: string
  readonly crv: string | undefined
}

async function openRing(
  path: string,
  { use, algorithm, crv }: NewKeys,
  publishAheadSeconds: number,
  options: SecretOptions,
) {
  const secret = await readSecret(options)
  return withOwnNames(ownNames, async () => {
    const common = { storage: fileKeyStorage({ path, secret }), publishAheadSeconds, rotateEverySeconds: twoYears }
    return use === 'sig'
      ? createKeyRing({ use, algorithm: algorithm as SigningAlgorithm, ...common })
      : createKeyRing({
          use,
          algorithm: algorithm as PublishableKeyManagement,
          crv: crv as AgreementCurve | undefined,
          ...common,
        })
  })
}

/** @throws CommandFailure in the place of errors of the ring and its storage */
async function withRingFailures(nowMs: number, work: () => Promise<void>): Promise<void> {
  try {
    await withStorageFailures(work)
  } catch (error) {
    if (!(error instanceof KeyRingError)) throw error
    const when = error.retryAt === undefined ? '' : ` It can ${describeMoment(error.retryAt, nowMs)}.`
    const advice = error.code === 'next_not_ready' ? 'If the current key was stolen: --emergency.' : undefined
    const isTooEarly = error.code === 'next_not_ready' || error.code === 'too_many_keys'
    throw (isTooEarly ? refusal : faultFailure)(`The ring stays as it is: ${error.message}.${when}`, advice)
  }
}
