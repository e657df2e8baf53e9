import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalQuantile } from './normal-quantile.ts'

// Python 3.11: statistics.NormalDist().inv_cdf(p)
const EXPECTED = [
  [2 ** -33, -6.337957754553789],
  [1e-9, -5.9978070150076865],
  [1e-5, -4.2648907939228256],
  [0.01, -2.3263478740408408],
  [0.074, -1.4466320671589785],
  [0.0751, -1.4388253927525398],
  [0.25, -0.6744897501960817],
  [0.5, 0],
  [0.9, 1.2815515655446008],
  [0.99999, 4.26489079392384],
] as const

/** Some ten units in the last place: the logarithm's digits differ from Python's. */
const RELATIVE_TOLERANCE = 2e-15

test('the inverse normal distribution function agrees with Python to the last digits, in both regions', () => {
  for (const [p, expected] of EXPECTED) {
    const z = normalQuantile(p)
    assert.ok(
      Math.abs(z - expected) <= RELATIVE_TOLERANCE * Math.abs(expected),
      `p ${p}: expected ${expected}, got ${z}, relative tolerance ${RELATIVE_TOLERANCE}`,
    )
  }
})
