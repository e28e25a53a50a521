import { usageFailure } from '../failure.ts'
import { readKeyFile } from '../files/index.ts'
import type { Outcome } from '../outcome.ts'
import type { Surroundings } from '../surroundings.ts'
import { parseAddress } from './addresses.ts'
import { examine } from './examine.ts'
import { countOf, examinationPage } from './page.ts'
import { createHttpClient } from './transport/index.ts'

export interface DoctorOptions {
  /** Examine it as an authorization server. */
  readonly as?: boolean | undefined
  /** Examine it as an API. */
  readonly api?: boolean | undefined
  /** File with certificates of authorities to be trusted besides. */
  readonly ca?: string | undefined
  /** Seconds, for each request. */
  readonly timeout?: number | undefined
}

const longestTimeoutSeconds = 60

/** `sallyport doctor` */
export async function doctor(address: string, options: DoctorOptions, { now }: Surroundings): Promise<Outcome> {
  const url = parseAddress(address)
  if (options.as === true && options.api === true) throw usageFailure('--as and --api exclude each other.')
  const { timeout = 5 } = options
  if (timeout < 1 || timeout > longestTimeoutSeconds)
    throw usageFailure(`--timeout takes 1 to ${longestTimeoutSeconds} seconds.`)
  const ca = options.ca === undefined ? undefined : (await readKeyFile(options.ca, '--ca')).text
  if (ca?.includes('-----BEGIN CERTIFICATE-----') === false) throw usageFailure('--ca: that is no certificate as PEM.')
  const timeoutMs = timeout * 1000
  const client = createHttpClient({ timeoutMs, ca, now })
  const kind = options.as === true ? 'authorization-server' : options.api === true ? 'api' : undefined
  const examination = await examine(url, address, { client, timeoutMs, ca, now, kind })
  const findings = examination.sections.flatMap((section) =>
    section.findings.map((finding) => ({ section: section.title, ...finding })),
  )
  return {
    report: { url: url.href, kind: examination.kind, findings },
    page: examinationPage(url, examination),
    verdict: countOf(findings, 'problem') > 0 ? 'refused' : 'good',
  }
}
