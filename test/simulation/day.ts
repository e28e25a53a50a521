import { createJwks } from '@sallyport/jwks'
import { Random } from '../fuzz/random.ts'
import { AuthorizationServer, issuer } from './authorization-server.ts'
import { SimulatedTime } from './simulated-time.ts'
import { dayMs, type Flood, makeTimetable, type Rotation, type Timetable } from './timetable.ts'
import { Witness } from './witness.ts'

/** Lives through a day: all that happens, the fetcher's jitter included, follows from the seed. */
export async function liveThroughDay(seed: number) {
  const random = new Random(seed)
  const timetable = makeTimetable(random)
  return SimulatedTime.run(
    () => random.below(2 ** 32) / 2 ** 32,
    async (time) => {
      const server = new AuthorizationServer(timetable, random, () => time.elapsedMs)
      const jwks = createJwks({ issuer }, { agent: server.network })
      time.setWork(() => jwks.inspect().fetching && !server.waitsForTime)
      const witness = new Witness(jwks, server, timetable, time)

      await fetchFirstSet(jwks.ready(), time)
      happen(timetable, { witness, random, time })
      await time.settle()
      while (time.elapsedMs < dayMs) {
        await time.step()
        witness.checkEntries()
      }

      jwks.close()
      await time.settle()
      while (time.timers > 0 && time.elapsedMs < 2 * dayMs) await time.step()
      witness.budget.check(witness.violations)
      return { witness, timetable, server, endedAfterMs: time.elapsedMs - dayMs }
    },
  )
}

async function fetchFirstSet(ready: Promise<void>, time: SimulatedTime): Promise<void> {
  let isSettled = false
  const settled = ready.finally(() => (isSettled = true))
  settled.catch(() => {})
  await time.settle()
  while (!isSettled) await time.step()
  await settled
}

interface Scene {
  readonly witness: Witness
  readonly random: Random
  readonly time: SimulatedTime
}

/** Starts everything that happens beside the authorization server. */
function happen(timetable: Timetable, scene: Scene): void {
  const { floods, clockJumps, rotations } = timetable
  makeRequests(rotations, scene)
  scene.time.schedule(
    floods,
    ({ from }) => from,
    (flood) => pour(flood, scene),
  )
  scene.time.schedule(
    clockJumps,
    ({ at }) => at,
    ({ byMs }) => {
      scene.time.setWallClock(byMs)
      scene.witness.clockWasSet()
    },
  )
}

/** Most requests bring a token of the newest key, some one of the key before, some one that nobody may use any more. */
function makeRequests(rotations: readonly Rotation[], scene: Scene): void {
  const { witness, random, time } = scene
  const now = time.elapsedMs
  if (now >= dayMs) return
  const valid = rotations.filter((rotation) => rotation.valid.from <= now && now < rotation.valid.to)
  witness.requestWith(random.chance(0.8) ? valid.at(-1)! : random.pick(valid))
  const withdrawn = rotations.findLast(({ withdrawnAt }) => withdrawnAt <= now)
  if (withdrawn !== undefined && random.chance(0.2)) witness.requestWithWithdrawn(withdrawn)
  setTimeout(() => makeRequests(rotations, scene), random.between(1_000, 10_000))
}

function pour(flood: Flood, scene: Scene): void {
  const { witness, random, time } = scene
  for (let count = 0; count < flood.requests; count++) {
    // Some come from clients that try again and again.
    const kid = random.chance(0.2) ? `often-${random.below(10)}` : `once-${random.below(1e9)}`
    void witness.requestWithUnknown(kid)
  }
  if (time.elapsedMs + flood.everyMs < Math.min(flood.to, dayMs)) setTimeout(() => pour(flood, scene), flood.everyMs)
}
