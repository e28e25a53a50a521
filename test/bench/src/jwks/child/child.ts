import { contenderOf } from '../contenders/index.ts'
import { scenarios } from '../scenarios/index.ts'
import { accelerateTime } from './accelerated-clock.ts'
import type { Assignment, ChildMessage, ParentMessage } from './protocol.ts'
import { Stage } from './stage.ts'

async function play(assignment: Assignment): Promise<ChildMessage> {
  const scenario = scenarios[assignment.scenario]
  accelerateTime(scenario.speed)
  const { create } = await contenderOf(assignment.contender).load()
  return { type: 'result', result: await scenario.play(new Stage(create(assignment.endpoint), assignment)) }
}

process.on('message', (message: ParentMessage) => {
  if (message.type !== 'assignment') return
  void play(message.assignment)
    .catch((error: unknown): ChildMessage => ({
      type: 'failed',
      message: error instanceof Error ? error.message : 'failed',
    }))
    .then((last) => process.send?.(last))
})
process.on('disconnect', () => process.exit())
