import type { CaseResult, MeasuredResult, MemoryResult, TargetResult } from './results.ts'

/** Below, the reference was kept waiting so much that medians tell more about the machine than about the code. */
export const quietShare = 0.9

/** What a figure has to be. */
interface Limit {
  readonly text: string
  readonly isMetBy: (value: number) => boolean
}

const atMost = (limit: number, unit: string): Limit => ({
  text: `<= ${limit.toFixed(2)}${unit}`,
  isMetBy: (value) => value <= limit,
})

const atLeast = (limit: number, unit: string): Limit => ({
  text: `>= ${limit.toFixed(2)}${unit}`,
  isMetBy: (value) => value >= limit,
})

type Basis = TargetResult['basis']

/** A figure of one contender in one case. */
interface Target {
  readonly section: CaseResult['section']
  readonly case: string
  readonly what: string
  readonly contender: string
  readonly unit: string
  readonly limit: Limit
  readonly figure: (result: MeasuredResult, basis: Basis, all: CaseResult) => number | undefined
  /** Of the peers the one that is named beside it. */
  readonly bestPeer: (all: CaseResult, basis: Basis) => MeasuredResult | undefined
  /** What is said of that peer; else the same figure as of Sallyport. */
  readonly peerFigure?: Target['figure']
  /** Where the machine must not decide. */
  readonly basis?: Basis
}

const ratioOf: Target['figure'] = ({ ratio, atBest }, basis) => (basis === 'median' ? ratio.median : atBest.ratio)
const valueOf = ({ value, atBest }: MeasuredResult, basis: Basis) => (basis === 'median' ? value.median : atBest.value)

const peersOf = ({ contenders }: CaseResult) =>
  contenders.filter((one): one is MeasuredResult => one.status === 'measured' && one.role === 'peer')

const quickestPeer: Target['bestPeer'] = (all, basis) =>
  peersOf(all).toSorted((one, other) => valueOf(one, basis) - valueOf(other, basis))[0]

const busiestPeer: Target['bestPeer'] = (all, basis) =>
  peersOf(all).toSorted((one, other) => valueOf(other, basis) - valueOf(one, basis))[0]

const peerNamed =
  (name: string): Target['bestPeer'] =>
  (all) =>
    peersOf(all).find((one) => one.name === name)

/** Both with its cache, which helps no distinct token and has to keep it, and without. */
const timesRaw = (section: CaseResult['section'], name: string, limit: number): readonly Target[] =>
  (['sallyport, cache: false', 'sallyport'] as const).map((contender) => ({
    section,
    case: name,
    what: contender === 'sallyport' ? 'with its cache' : 'cache: false',
    contender,
    unit: 'x raw',
    limit: atMost(limit, 'x raw'),
    figure: ratioOf,
    bestPeer: quickestPeer,
  }))

/** Without a key ring and with one. */
const issuedTimesRaw = (name: string, limit: number): readonly Target[] =>
  (['issuing sallyport', 'issuing sallyport, key ring'] as const).map((contender) => ({
    section: 'issue',
    case: name,
    what: contender === 'issuing sallyport' ? 'one key' : 'key ring',
    contender,
    unit: 'x raw',
    limit: atMost(limit, 'x raw'),
    figure: ratioOf,
    bestPeer: quickestPeer,
  }))

/** By medians even on a busy machine: one thread finds an undisturbed moment there, several never do. */
const inFlight = (name: string): readonly Target[] => [
  ...timesRaw('concurrent', name, 0.72).map((target): Target => ({
    ...target,
    what: `${target.what}, time`,
    basis: 'median',
  })),
  ...timesRaw('concurrent', name, 0.4).map((target): Target => ({
    ...target,
    what: `${target.what}, main thread`,
    figure: ({ busyRatio }) => busyRatio?.median,
    basis: 'median',
  })),
]

const kept = (framework: string): Target => ({
  section: 'http',
  case: `${framework} repeated`,
  what: 'throughput kept',
  contender: `${framework.toLowerCase()}, sallyport`,
  unit: 'of bare',
  limit: atLeast(0.95, ' of bare'),
  figure: ratioOf,
  bestPeer: busiestPeer,
})

const ahead = (framework: string): Target => ({
  section: 'http',
  case: `${framework} distinct`,
  what: 'ahead of the best peer',
  contender: `${framework.toLowerCase()}, sallyport`,
  unit: 'x best peer',
  limit: atLeast(1.5, 'x best peer'),
  figure: (result, basis, all) => {
    const peer = busiestPeer(all, basis)
    return peer && valueOf(result, basis) / valueOf(peer, basis)
  },
  bestPeer: busiestPeer,
  peerFigure: () => 1,
})

const warm = { section: 'warm', case: 'RS256', contender: 'sallyport', bestPeer: peerNamed('fast-jwt') } as const

/** The figures that Sallyport has to reach. */
const targets: readonly Target[] = [
  ...['RS256', 'PS256', 'ES256', 'EdDSA'].flatMap((alg) => timesRaw('cold', alg, 1.05)),
  ...timesRaw('cold', 'HS256', 1.3),
  ...['RS256', 'ES256'].flatMap(inFlight),
  { ...warm, what: 'time of a hit', unit: 'µs', limit: atMost(1, ' µs'), figure: valueOf },
  {
    ...warm,
    what: "quicker than fast-jwt's cache",
    unit: 'x fast-jwt',
    limit: atLeast(3, 'x fast-jwt'),
    figure: (result, basis, all) => {
      const peer = warm.bestPeer(all, basis)
      return peer && valueOf(peer, basis) / valueOf(result, basis)
    },
    peerFigure: () => 1,
  },
  ...timesRaw('encrypted', 'dir, A256GCM around RS256', 1.3),
  ...timesRaw('encrypted', 'A256GCMKW, A256GCM around RS256', 1.3),
  ...timesRaw('encrypted', 'ECDH-ES+A256KW, A256GCM around ES256', 1.2),
  ...timesRaw('encrypted', 'RSA-OAEP-256, A256GCM around RS256', 1.1),
  ...['RS256', 'ES256', 'EdDSA'].flatMap((alg) => issuedTimesRaw(alg, 1.1)),
  ...['ECDH-ES+A256KW, A256GCM around ES256', 'dir, A256GCM around ES256', 'RSA-OAEP-256, A256GCM around RS256'].map(
    (name) => ({ ...issuedTimesRaw(name, 1.25)[0], what: 'nested' }) as Target,
  ),
  ...['Express', 'Koa', 'Nest'].map(kept),
  ...['Express', 'Koa', 'Nest'].map(ahead),
]

/** Holds what was measured against the targets; those of sections that did not run are left out. */
export function judge(cases: readonly CaseResult[], memory: readonly MemoryResult[]): readonly TargetResult[] {
  const judged = targets.flatMap((target) => {
    const measured = cases.find(({ section, name }) => section === target.section && name === target.case)
    return measured === undefined ? [] : [judgeOne(target, measured)]
  })
  return [...judged, ...memory.map(judgeMemory)]
}

function judgeOne(target: Target, measured: CaseResult): TargetResult {
  const basis = target.basis ?? (measured.processorShare < quietShare ? 'at best' : 'median')
  const result = measured.contenders.find(({ name }) => name === target.contender)
  const value = result?.status === 'measured' ? target.figure(result, basis, measured) : undefined
  const peer = target.bestPeer(measured, basis)
  const peerValue = peer && (target.peerFigure ?? target.figure)(peer, basis, measured)
  return {
    section: target.section,
    case: target.case,
    contender: target.contender,
    what: target.what,
    target: target.limit.text,
    measured: value,
    unit: target.unit,
    met: value === undefined ? undefined : target.limit.isMetBy(value),
    basis,
    bestPeer: peer === undefined || peerValue === undefined ? undefined : { name: peer.name, value: peerValue },
  }
}

function judgeMemory({ name, growthBytes, boundBytes }: MemoryResult): TargetResult {
  const mebibyte = 1_048_576
  const limit = atMost(boundBytes / mebibyte, ' MiB')
  const value = Math.max(...growthBytes) / mebibyte
  return {
    section: 'memory',
    case: name,
    contender: 'sallyport',
    what: 'growth of the heap',
    target: limit.text,
    measured: value,
    unit: 'MiB',
    met: limit.isMetBy(value),
    basis: 'median',
    bestPeer: undefined,
  }
}
