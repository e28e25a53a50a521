/** Enough primes that a sound key passes for one of the dangerous kind once in 2^27 keys. */
const primes = [
  3n,
  5n,
  7n,
  11n,
  13n,
  17n,
  19n,
  23n,
  29n,
  31n,
  37n,
  41n,
  43n,
  47n,
  53n,
  59n,
  61n,
  67n,
  71n,
  73n,
  79n,
  83n,
  89n,
  97n,
  101n,
  103n,
  107n,
  109n,
  113n,
  127n,
  131n,
  137n,
  139n,
  149n,
  151n,
  157n,
  163n,
  167n,
]

/** What the faulty generator builds its primes from. */
const generator = 65_537n

/** By prime, the residues that a modulus of that generator can have: the powers of 65537. */
const residues = primes.map((prime) => {
  const powers = new Set<bigint>()
  for (let power = 1n; !powers.has(power); power = (power * generator) % prime) powers.add(power)
  return [prime, powers] as const
})

/**
 * Whether an RSA modulus has the mark of ROCA (CVE-2017-15361): keys made by a faulty chip library, whose private half
 * can be worked out from the public one.
 *
 * @param modulus big-endian
 */
export function hasRocaMark(modulus: Buffer): boolean {
  const value = BigInt(`0x${modulus.toString('hex')}`)
  return residues.every(([prime, powers]) => powers.has(value % prime))
}
