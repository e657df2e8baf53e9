/** The map of words: its axes against NumPy, its labels against one another. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Turns } from '../../src/training/turns.ts'
import { inDirection, nearestTo, placed, spotsOf } from '../../studio/words/map-layout.ts'
import { placeOn, principalAxes } from '../../studio/words/principal-axes.ts'

/** The points are of 32 bits; what follows is computed in 64. */
const CLOSE = 1e-6

const near = (actual: ArrayLike<number>, expected: readonly number[]) =>
  expected.forEach((x, k) => {
    assert.ok(Math.abs(actual[k] - x) < CLOSE, `${k}: got ${actual[k]}, expected ${x}`)
  })

describe('principal axes', () => {
  it('are those of NumPy', async () => {
    // x = sin(1 + 1.7 i + 0.9 d i) + 0.3 d cos(i), float32; numpy.linalg.eigh(numpy.cov(x.T, bias=True)), NumPy 1.24
    const rows = Float32Array.from({ length: 60 }, (_, k) => {
      const [i, d] = [Math.floor(k / 5), k % 5]
      return Math.sin(1 + 1.7 * i + 0.9 * d * i) + 0.3 * d * Math.cos(i)
    })
    const found = await principalAxes(rows, 5, new Turns())
    near(
      found.axes[0],
      [0.07905754163562534, 0.14689429360312856, 0.3365760112876834, 0.40774181905172435, 0.8322470602167568],
    )
    near(
      found.axes[1],
      [-0.35990091614956565, 0.5823525309925222, -0.5779255215286544, 0.4412828411813362, -0.05107255472431316],
    )
    near(found.shares, [0.6053221270273307, 0.1771173809926662])
    near(placeOn(found, rows.subarray(15, 20)), [-2.1086668554660477, 1.297839954232719])
  })

  it('are found in many dimensions, where the second and the third are nearly alike', async () => {
    const dimensions = 100
    const spread = (d: number) => [5, 3, 2.97][d] ?? 1 / (d + 1)
    // Each point on one axis, so that the covariance is diagonal.
    const rows = new Float32Array(2 * dimensions * dimensions)
    for (let d = 0; d < dimensions; d++) {
      rows[2 * d * dimensions + d] = spread(d)
      rows[(2 * d + 1) * dimensions + d] = -spread(d)
    }
    const { axes } = await principalAxes(rows, dimensions, new Turns())
    near(
      axes[0],
      Array.from({ length: dimensions }, (_, d) => (d === 0 ? 1 : 0)),
    )
    near(
      axes[1],
      Array.from({ length: dimensions }, (_, d) => (d === 1 ? 1 : 0)),
    )
  })

  it('are two also where the points lie on a line or are all the same', async () => {
    for (const rows of [new Float32Array([1, 2, 3, 2, 4, 6, 3, 6, 9]), new Float32Array([1, 1, 1, 1, 1, 1])]) {
      const { axes, shares } = await principalAxes(rows, 3, new Turns())
      assert.equal(axes.length, 2)
      assert.ok(Math.abs(axes[0].reduce((sum, x, d) => sum + x * axes[1][d], 0)) < CLOSE)
      assert.ok([...axes[0], ...axes[1], ...shares].every(Number.isFinite))
    }
  })
})

describe('the layout of a map', () => {
  const words = Array.from({ length: 400 }, (_, k) => `word${k}`)
  const places = Float64Array.from({ length: 800 }, (_, k) => Math.sin(3.7 * k) * (1 + (k % 2)))
  const map = { words, places, shares: [0.5, 0.3] }
  const size = { width: 600, height: 400 }
  const { spots } = spotsOf(map, { ...size, seen: { zoom: 1, x: 0, y: 0 } })
  const wanted = spots.map(spot => ({ ...spot, label: spot.word, font: '', rank: 3 }))

  it('shows all words within the canvas, and fewer when larger', () => {
    assert.ok(spots.every(({ isOutside }) => !isOutside))
    const larger = spotsOf(map, { ...size, seen: { zoom: 4, x: 0, y: 0 } }).spots
    assert.ok(larger.filter(({ isOutside }) => isOutside).length > 100)
  })

  it('lets no two labels overlap, and gives the first ones room first', () => {
    const labels = placed(wanted, label => 7 * label.length, size)
    assert.ok(labels.length > 40 && labels.length < 400, `${labels.length} labels`)
    assert.equal(labels[0].label, 'word0')
    for (const [k, a] of labels.entries()) {
      assert.ok(a.x >= 0 && a.x + 7 * a.label.length <= size.width)
      for (const b of labels.slice(k + 1)) {
        const isApart = a.x + 7 * a.label.length <= b.x || b.x + 7 * b.label.length <= a.x || Math.abs(a.y - b.y) >= 14
        assert.ok(isApart, `${a.label} and ${b.label}`)
      }
    }
  })

  it('goes to a word in the direction of the key, and finds the one under a pointer', () => {
    for (const [direction, isThere] of [
      [[1, 0], (dx: number) => dx > 0],
      [[-1, 0], (dx: number) => dx < 0],
      [[0, 1], (_: number, dy: number) => dy > 0],
      [[0, -1], (_: number, dy: number) => dy < 0],
    ] as const) {
      const next = inDirection(spots, 'word7', direction)
      assert.ok(next && isThere(next.x - spots[7].x, next.y - spots[7].y))
    }
    assert.equal(nearestTo(spots, { x: spots[9].x + 0.1, y: spots[9].y })?.word, 'word9')
    assert.equal(nearestTo(spots, { x: -500, y: 0 }), null)
  })
})
