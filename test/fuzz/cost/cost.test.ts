import type { Verifier } from '@sallyport/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Clock, epoch } from '../clock.ts'
import { attacks } from './attacks.ts'
import { type Growth, measureGrowth } from './growth.ts'
import { makeMeasuredVerifier } from './measure.ts'
import { plotCosts } from './plot.ts'

/**
 * Eight times the size may cost 24 times as much, three times what is in proportion; a quadratic cost is 64 times as
 * much. Where a fixed cost hides it, it is small: then the second limit, five milliseconds, is what matters.
 */
const limits: Growth = { factor: 24, most: 5_000 }

const clock = new Clock(epoch)

beforeAll(() => clock.install())
afterAll(() => clock.restore())

describe('the cost of refusing', () => {
  const verifier = makeMeasuredVerifier()

  it.each(attacks.map((attack) => [attack.name, attack] as const))(
    'DOS-1: grows no faster than the input, and ends below 5 ms: %s',
    async (_, attack) => {
      const { factor, most } = await measureGrowth(attack, verifier, limits)
      expect(factor).toBeLessThanOrEqual(limits.factor)
      expect(most).toBeLessThanOrEqual(limits.most)
    },
    60_000,
  )

  it('is measured so that a quadratic one is seen', async () => {
    const work = { done: 0 }
    const quadratic = {
      verify: (token: string) => {
        for (let count = (token.length / 32) ** 2; count > 0; count--) work.done++
        return Promise.reject(new Error('refused'))
      },
    } as unknown as Verifier
    const { factor } = await measureGrowth(attacks[0]!, quadratic, limits)
    expect(factor).toBeGreaterThan(limits.factor)
  })

  it('is refused: every attack', async () => {
    for (const attack of attacks) {
      for (const bytes of [512, attack.most]) {
        const input = attack.make(bytes)
        const verdict =
          typeof input === 'string' ? verifier.verify(input) : verifier.authenticate({ rawHeaders: input })
        await expect(verdict, attack.name).rejects.toThrow(/./)
      }
    }
  })
})

describe('the plot', () => {
  it('is an SVG with a panel for each attack, its text escaped', () => {
    const cost = { bytes: 100, microseconds: 5, honest: 3 }
    const attack = { name: 'a < b & c', most: 100, make: () => '' }
    const svg = plotCosts([{ attack, costs: [cost, { ...cost, bytes: 200 }], worst: cost }], () => true)
    expect(svg).toMatch(/^<svg [^>]+>[^]*<\/svg>\n$/)
    expect(svg).toContain('a &lt; b &amp; c')
    expect(svg).toContain('#c5221f')
  })
})
