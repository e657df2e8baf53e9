/**
 * First weights: bounds, moments and structure as the sources say, the same values on every machine.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { sha256 } from '../formats/sha256.ts'
import { keyOf } from '../random/key.ts'
import { initializations } from './initialization.ts'
import type { Initialization } from './initialization-names.ts'
import { orthogonal } from './orthogonal.ts'
import { Recurrent } from './recurrent.ts'
import { drawn } from './weight-source.ts'

const H = 64
const I = 40

function weightsOf(initialization: Initialization | undefined, cell = lstm, more: object = {}, device = drawn()) {
  const layer = new Recurrent(cell, {
    inputSize: I,
    hiddenSize: H,
    ...(initialization && { initialization }),
    ...more,
    source: device,
  })
  return Object.fromEntries([...layer.parameters()].map(([name, t]) => [name, Float32Array.from(t.toArray())]))
}

const block = (values: Float32Array, k: number, width = 1) => values.subarray(k * H * width, (k + 1) * H * width)
const largest = (values: Float32Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length
const isZero = (values: Float32Array) => values.every(x => x === 0)

/** Uniform in ±bound: never beyond, nearly up to it, and of variance bound²/3. */
function assertUniform(values: Float32Array, bound: number, what: string) {
  assert.ok(largest(values) <= bound && largest(values) > 0.95 * bound, `${what}: ${largest(values)} of ${bound}`)
  const variance = mean(values.map(x => x * x))
  assert.ok(Math.abs(variance / (bound ** 2 / 3) - 1) < 0.25, `${what}: variance ${variance}`)
}

/** The largest difference of rows · rowsᵀ from the identity. */
function distanceFromIdentity(rows: Float32Array, count: number, width: number): number {
  let most = 0
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += rows[a * width + k] * rows[b * width + k]
      most = Math.max(most, Math.abs(sum - (a === b ? 1 : 0)))
    }
  }
  return most
}

const FORGET = 1 // of i, f, g, o

describe('initializations', () => {
  it('pytorch: ±1/√H for all but the forget gate’s bias, and it is the default', () => {
    const weights = weightsOf('pytorch')
    assertUniform(weights.weight_ih_l0, 1 / Math.sqrt(H), 'W')
    assertUniform(weights.weight_hh_l0, 1 / Math.sqrt(H), 'U')
    assertUniform(block(weights.bias_ih_l0, 0), 1 / Math.sqrt(H), 'b_i')
    assertUniform(block(weights.bias_hh_l0, 3), 1 / Math.sqrt(H), 'b_o')
    assert.deepEqual(weightsOf(undefined), weights)
    assertUniform(weightsOf('pytorch', gru).bias_hh_l0, 1 / Math.sqrt(H), 'a gru has no forget gate')
  })

  it('uniform: ±0.1; xavier: ±√(6 / (fan in + fan out)) of a block; biases 0', () => {
    const uniform = weightsOf('uniform')
    assertUniform(uniform.weight_ih_l0, 0.1, 'W')
    assertUniform(uniform.weight_hh_l0, 0.1, 'U')
    const xavier = weightsOf('xavier')
    assertUniform(xavier.weight_ih_l0, Math.sqrt(6 / (I + H)), 'W')
    assertUniform(xavier.weight_hh_l0, Math.sqrt(6 / (H + H)), 'U')
    for (const { bias_ih_l0, bias_hh_l0 } of [uniform, xavier]) {
      for (const k of [0, 2, 3]) assert.ok(isZero(block(bias_ih_l0, k)))
      assert.ok(isZero(bias_hh_l0))
    }
  })

  for (const name of Object.keys(initializations) as Initialization[]) {
    if (name === 'chrono') continue
    it(`${name}: the forget gate’s bias is what is asked for, once`, () => {
      for (const forgetBias of [1, 0, -2.5]) {
        const { bias_ih_l0, bias_hh_l0 } = weightsOf(name, lstm, { forgetBias })
        assert.ok(block(bias_ih_l0, FORGET).every(b => b === forgetBias))
        assert.ok(isZero(block(bias_hh_l0, FORGET)))
      }
    })
  }

  it('orthogonal: UᵀU = I for each block, W as xavier', () => {
    const { weight_hh_l0, weight_ih_l0 } = weightsOf('orthogonal')
    for (let k = 0; k < 4; k++) {
      const u = block(weight_hh_l0, k, H)
      assert.ok(distanceFromIdentity(u, H, H) < 1e-5)
      const transposed = u.map((_, place) => u[(place % H) * H + Math.floor(place / H)])
      assert.ok(distanceFromIdentity(transposed, H, H) < 1e-5)
    }
    assert.notDeepEqual(block(weight_hh_l0, 0, H), block(weight_hh_l0, 1, H))
    assertUniform(weight_ih_l0, Math.sqrt(6 / (I + H)), 'W')
  })

  it('identity: U the identity, W of deviation 0.001', () => {
    const { weight_ih_l0, weight_hh_l0, bias_ih_l0 } = weightsOf('identity', rnn)
    assert.ok(weight_hh_l0.every((u, k) => u === (k % H === Math.floor(k / H) ? 1 : 0)))
    const deviation = Math.sqrt(mean(weight_ih_l0.map(x => x * x)))
    assert.ok(Math.abs(deviation / 0.001 - 1) < 0.1, `${deviation}`)
    assert.ok(isZero(bias_ih_l0))
  })

  it('chrono: b_f = log U(1, T − 1), b_i its opposite, in one bias alone', () => {
    const longest = 200
    const hiddenSize = 4000
    const layer = new Recurrent(lstm, { inputSize: 1, hiddenSize, initialization: 'chrono', longest, source: small })
    const bias = Float32Array.from(layer.parameters().get('bias_ih_l0')?.toArray() ?? [])
    const of = (k: number) => bias.subarray(k * hiddenSize, (k + 1) * hiddenSize)
    const [i, f] = [of(0), of(FORGET)]
    assert.ok(i.every((b, k) => b === -f[k]))
    const times = f.map(Math.exp)
    assert.ok(times.every(t => t >= 1 - 1e-6 && t <= longest - 1 + 1e-3))
    // Uniform from 1 to T − 1: mean T/2, and a quarter below each quarter.
    assert.ok(Math.abs(mean(times) - longest / 2) < 0.05 * longest)
    for (const share of [0.25, 0.5, 0.75]) {
      const below = times.filter(t => t < 1 + share * (longest - 2)).length / hiddenSize
      assert.ok(Math.abs(below - share) < 0.03, `${below} below ${share}`)
    }
    const other = Array.from(layer.parameters().get('bias_hh_l0')?.toArray() ?? [1])
    assert.ok(other.slice(0, 2 * hiddenSize).every(b => b === 0))
    assert.ok(
      weightsOf('chrono', gru)
        .bias_ih_l0.subarray(H, 2 * H)
        .every(b => b >= 0 && b <= Math.log(99) + 1e-3),
    )
  })

  /** No recurrent weights: a layer of thousands of units, of which only the biases are looked at. */
  const small: ReturnType<typeof drawn> = (name, shape, draw) =>
    name.startsWith('weight_hh') ? drawn()(name, [1], () => new Float32Array(1)) : drawn()(name, shape, draw)

  it('give the same values on every device, and others for another seed, layer and direction', () => {
    for (const name of Object.keys(initializations) as Initialization[]) {
      const relaxed = weightsOf(name)
      for (const device of [createWasmDevice({ arithmetic: 'plain' }), new ReferenceDevice()]) {
        assert.deepEqual(weightsOf(name, lstm, {}, drawn(device)), relaxed, name)
      }
      assert.notDeepEqual(weightsOf(name, lstm, { seed: 2 }), relaxed)
    }
    const deep = weightsOf('orthogonal', lstm, { layers: 2, bidirectional: true })
    assert.notDeepEqual(deep.weight_hh_l0, deep.weight_hh_l1)
    assert.notDeepEqual(deep.weight_hh_l0, deep.weight_hh_l0_reverse)
  })

  it('orthogonal values are these, wherever they are made', () => {
    const bytes = new Uint8Array(orthogonal(40, 24, keyOf(1, 'orthogonal')).buffer)
    assert.equal(sha256(bytes).slice(0, 16), '5bad6d4bacecd39c')
  })
})

describe('orthogonal matrices', () => {
  it('have orthonormal rows, or columns where these are fewer', () => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 3],
      [31, 33],
      [32, 64],
      [33, 33],
      [65, 130],
      [100, 100],
    ]) {
      const wide = orthogonal(rows, columns, keyOf(rows, 'wide'))
      assert.ok(distanceFromIdentity(wide, rows, columns) < 1e-5, `${rows} × ${columns}`)
      const tall = orthogonal(columns, rows, keyOf(rows, 'tall'))
      const turned = Float32Array.from(
        { length: rows * columns },
        (_, k) => tall[(k % columns) * rows + Math.floor(k / columns)],
      )
      assert.ok(distanceFromIdentity(turned, rows, columns) < 1e-5, `${columns} × ${rows}`)
    }
  })

  it('are made fast at 1024 rows', t => {
    const start = performance.now()
    const u = orthogonal(1024, 1024, keyOf(1, 'large'))
    t.diagnostic(`1024 × 1024 in ${Math.round(performance.now() - start)} ms`)
    // All of them would take a second: each with its neighbours, and with rows of every other block.
    const some = Array.from({ length: 64 }, (_, k) => u.subarray(k * 16 * 1024, (k * 16 + 1) * 1024))
    const rows = new Float32Array(64 * 1024)
    for (const [k, row] of some.entries()) rows.set(row, k * 1024)
    assert.ok(distanceFromIdentity(rows, 64, 1024) < 1e-5)
    assert.ok(distanceFromIdentity(u.subarray(0, 64 * 1024), 64, 1024) < 1e-5)
  })
})
