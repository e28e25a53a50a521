import type { Profiler } from 'node:inspector'
import { type Stage, stageOf, stages } from './stages.ts'

/** What no request is charged with. */
const outside = 'outside'

/**
 * Shares of the time by stage: what a function does itself belongs to its own stage, and what Node or a library does
 * for it belongs there too.
 */
export function attribute({ nodes, samples = [] }: Profiler.Profile): ReadonlyMap<Stage, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const stageById = new Map<number, Stage | typeof outside>()
  const visit = (id: number, inherited: Stage | typeof outside) => {
    const node = byId.get(id)
    if (node === undefined) return
    const stage = ownStage(node.callFrame) ?? inherited
    stageById.set(id, stage)
    for (const child of node.children ?? []) visit(child, stage)
  }
  const [root] = nodes
  if (root !== undefined) visit(root.id, outside)

  const counts = new Map<Stage, number>(stages.map((stage) => [stage, 0]))
  let total = 0
  for (const id of samples) {
    const stage = stageById.get(id) ?? outside
    if (stage === outside) continue
    counts.set(stage, (counts.get(stage) ?? 0) + 1)
    total++
  }
  return new Map(Array.from(counts, ([stage, count]) => [stage, total === 0 ? 0 : count / total]))
}

function ownStage({ functionName, url }: { functionName: string; url: string }): Stage | typeof outside | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(program)') return 'runtime'
  if (functionName === '(idle)' || functionName === '(root)') return outside
  return stageOf(url, functionName)
}
