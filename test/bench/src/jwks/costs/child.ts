import { measureLookUp } from './look-up.ts'
import { measureMemory } from './memory.ts'
import type { CostAnswer, CostRequest } from './protocol.ts'

async function answer({ cost, jwksUri, kids }: CostRequest): Promise<CostAnswer> {
  if (cost === 'memory') return { type: 'memory', result: await measureMemory(jwksUri) }
  return { type: 'lookUp', result: await measureLookUp(jwksUri, kids) }
}

process.on('message', (request: CostRequest) => {
  void answer(request)
    .catch((error: unknown): CostAnswer => ({
      type: 'failed',
      message: error instanceof Error ? error.message : 'failed',
    }))
    .then((last) => process.send?.(last))
})
process.on('disconnect', () => process.exit())
