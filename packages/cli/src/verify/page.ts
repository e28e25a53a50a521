import type { Mark, Page, Verdict } from '../terminal/index.ts'
import type { Explanation } from './explain.ts'
import type { Stage } from './stages.ts'

const verdicts: Readonly<Record<Stage['result'], Verdict>> = {
  passed: 'good',
  refused: 'bad',
  fault: 'bad',
  unneeded: 'none',
  unreached: 'none',
}

/** A decision for people. */
export function explanationPage({ verdict, code, status, stages, advice }: Explanation): Page {
  const marks: readonly Mark[] = stages.map(({ name, result, text }) => {
    const isEnd = result === 'refused' || result === 'fault'
    return { verdict: verdicts[result], label: name, text, advice: isEnd ? advice : undefined }
  })
  const summary = {
    accepted: 'Accepted: an API with these options lets it in.',
    refused: `Refused: an API answers ${status} with the code ${code}.`,
    fault: `Not decided: an API answers ${status} with the code ${code}. The token may be good.`,
  }
  return [
    { kind: 'marks', marks },
    {
      kind: 'text',
      text: summary[verdict],
      tone: verdict === 'accepted' ? 'good' : verdict === 'fault' ? 'doubtful' : 'bad',
    },
  ]
}
