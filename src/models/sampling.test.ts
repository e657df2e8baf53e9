import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { probabilitiesOf, sample, shortlisted } from './sampling.ts'

const close = (actual: ArrayLike<number>, expected: readonly number[]) => {
  assert.equal(actual.length, expected.length)
  expected.forEach((e, k) => {
    assert.ok(Math.abs(actual[k] - e) < 1e-12, `${k}: ${actual[k]}, expected ${e}`)
  })
}

/** Logits of these probabilities; the first is the unknown token's. */
const logitsOf = (...probabilities: number[]) => probabilities.map(Math.log)

describe('probabilitiesOf', () => {
  it('shares the unknown token’s probability among the others', () => {
    // 0.5 is left of 0.2 + 0.3: 2/5 and 3/5.
    close(probabilitiesOf(logitsOf(0.5, 0.2, 0.3)), [0, 0.4, 0.6])
  })

  it('divides logits by the temperature', () => {
    // At 0.5 probabilities are squared: 1 : 4 : 9 of 14.
    close(probabilitiesOf(logitsOf(0.4, 0.1, 0.2, 0.3), 0.5), [0, 1 / 14, 4 / 14, 9 / 14])
    // At 2 their roots are taken: 1 : 2 of 3.
    close(probabilitiesOf(logitsOf(0.5, 0.1, 0.4), 2), [0, 1 / 3, 2 / 3])
  })

  it('overflows nowhere', () => {
    close(probabilitiesOf([3e38, -3e38, 3e38], 1e-3), [0, 0, 1])
  })
})

describe('shortlisted', () => {
  const p = Float64Array.of(0, 0.1, 0.4, 0.3, 0.2)

  it('keeps the k most probable', () => {
    close(shortlisted(p, 2, 1), [0, 0, 4 / 7, 3 / 7, 0])
    close(shortlisted(p, 1, 1), [0, 0, 1, 0, 0])
    close(shortlisted(p, 9, 1), [0, 0.1, 0.4, 0.3, 0.2])
  })

  it('keeps the fewest that together have p', () => {
    // 0.4 + 0.3 = 0.7 is the first sum of 0.6 or more.
    close(shortlisted(p, 9, 0.6), [0, 0, 4 / 7, 3 / 7, 0])
    close(shortlisted(p, 9, 0.4), [0, 0, 1, 0, 0])
    close(shortlisted(p, 9, 0.75), [0, 0, 4 / 9, 3 / 9, 2 / 9])
  })

  it('takes p of what top-k has left', () => {
    // Of 0.4, 0.3, 0.2 (0.9 in all) half is 0.45: 0.4 is too little, 0.7 enough.
    close(shortlisted(p, 3, 0.5), [0, 0, 4 / 7, 3 / 7, 0])
  })

  it('takes the lower id of equal ones', () => {
    close(shortlisted(Float64Array.of(0, 0.25, 0.25, 0.5), 2, 1), [0, 1 / 3, 0, 2 / 3])
  })
})

describe('sample', () => {
  const logits = logitsOf(0.9, 0.01, 0.05, 0.04)
  const many = (options: Parameters<typeof sample>[2]) =>
    Array.from({ length: 4000 }, (_, place) => sample(logits, place, options))

  it('draws in proportion, and never the unknown token', () => {
    const counts = [0, 0, 0, 0]
    for (const id of many({})) counts[id]++
    assert.equal(counts[0], 0)
    // 400, 2000 and 1600 expected, with deviations of about 19, 32 and 31.
    ;[400, 2000, 1600].forEach((expected, k) => {
      assert.ok(Math.abs(counts[k + 1] - expected) < 130, `${counts}`)
    })
  })

  it('depends on the seed and the place alone', () => {
    assert.deepEqual(many({ seed: 7 }), many({ seed: 7 }))
    assert.notDeepEqual(many({ seed: 7 }), many({ seed: 8 }))
    assert.equal(sample(logits, 17, { seed: 7 }), many({ seed: 7 })[17])
  })

  it('takes the most probable at temperature 0, and with topK 1', () => {
    assert.deepEqual(new Set(many({ temperature: 0 })), new Set([2]))
    assert.deepEqual(new Set(many({ topK: 1 })), new Set([2]))
    assert.deepEqual(new Set(many({ topP: 0.6 })), new Set([2, 3]))
  })
})
