import type { Section } from '../section.ts'
import type { Answer, HttpClient } from '../transport/index.ts'
import { judgeAnswers } from './answers.ts'
import { judgeCookies } from './cookies.ts'
import { judgeCors } from './cors.ts'
import { sendProbes } from './probes.ts'
import { judgeRefusals } from './refusals.ts'
import { examineResourceMetadata } from './resource-metadata.ts'

/**
 * Examines a protected API by requests without a token and with made-up ones.
 *
 * @throws NoAnswer
 */
export async function examineApi(
  client: HttpClient,
  url: URL,
  nowMs: number,
): Promise<{ readonly sections: readonly Section[]; readonly answer: Answer }> {
  const probes = await sendProbes(client, url, nowMs)
  const sections = [
    { title: 'Challenges', findings: judgeRefusals(probes) },
    { title: 'Other origins', findings: judgeCors(probes) },
    { title: 'Cookies', findings: judgeCookies(Object.values(probes) as readonly Answer[]) },
    { title: 'Answers', findings: judgeAnswers(probes) },
    { title: 'Resource metadata', findings: await examineResourceMetadata(client, url, probes.bare) },
  ]
  return { sections, answer: probes.bare }
}
