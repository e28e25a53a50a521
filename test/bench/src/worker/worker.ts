import type { Contender } from '../contenders/contender.ts'
import { findFaults } from '../contenders/check.ts'
import { contenders } from '../contenders/index.ts'
import { createIssuing, isIssuing } from '../issuing/index.ts'
import type { PrepareRequest, WorkerAnswer, WorkerRequest } from './protocol.ts'
import { runRound } from './rounds.ts'
import { TokenTape } from './token-tape.ts'

/** How many of the good tokens the check looks at. */
const checkedTokens = 20

let prepared: { readonly contender: Contender; readonly tape: TokenTape } | undefined

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  if (request.type === 'round') {
    if (prepared === undefined) throw new Error('a round before prepare')
    return { type: 'round', ...(await runRound(prepared.contender, prepared.tape, request)) }
  }
  try {
    return await prepare(request)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { type: 'prepared', supported: true, faults: [`cannot be set up (${reason})`] }
  }
}

async function prepare({ contender: name, situation, good, wrong }: PrepareRequest): Promise<WorkerAnswer> {
  const contender = isIssuing(name)
    ? await createIssuing(name, situation)
    : await (await contenders[name].load()).create(situation)
  if (contender === undefined) return { type: 'prepared', supported: false, faults: [] }
  const sample = { tokens: good.tokens.slice(0, checkedTokens), subjects: good.subjects.slice(0, checkedTokens) }
  const faults = await findFaults(contender, sample, wrong)
  prepared = { contender, tape: new TokenTape(good.tokens) }
  return { type: 'prepared', supported: true, faults }
}

process.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ type: 'failed', message: error instanceof Error ? error.message : 'failed' }),
  )
})
process.on('disconnect', () => process.exit())
