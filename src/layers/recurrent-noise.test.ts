/**
 * Noise on the recurrent connection, against a second, plain LSTM whose masks come from `maskValue`: recurrent dropout,
 * zoneout, weight drop; and their gradients, and those of a learned first state, against central differences.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { lstmProjection } from '../cells/lstm-projection.ts'
import { implementations } from '../devices/devices.test-bench.ts'
import { maskKey } from '../devices/mask-key.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { recurrentDropout, zoneout } from '../formula/rewrites.ts'
import { compileCell } from '../formula/stages.ts'
import { keyOf, type RandomKey, subkey } from '../random/key.ts'
import { maskValue } from '../random/mask.ts'
import { checkGradients, samples } from '../tensor/central-differences.test-support.ts'
import { type Tensor, tensor } from '../tensor/index.ts'
import { pack } from './packed.ts'
import { Recurrent } from './recurrent.ts'
import type { RecurrentOptions } from './recurrent-options.ts'
import { drawn } from './weight-source.ts'

const [I, H] = [3, 5]
const LENGTHS = [4, 1, 3] // packed order: 4, 3, 1; live rows 3, 2, 2, 1
const ORDER = [0, 2, 1]
const FIRST_ROW = [0, 3, 5, 7]
const KEY = keyOf(1, 'noise')
/** As `Recurrent` derives them for layer 0, first direction. */
const CELL_KEY = subkey(KEY, 1000)
const DROP_KEY = subkey(KEY, 2000)

const s = (x: number) => 1 / (1 + Math.exp(-x))
const xOf = (b: number) => samples([LENGTHS[b], I], b)

interface PlainNoise {
  /** The mask on h before U, for a sequence at its packed place. */
  readonly seen: (place: number, j: number) => number
  /** How much of its way a state goes: 0 or 1 in training. */
  readonly moved: (state: 'h' | 'c', row: number, j: number) => number
}

/** The states after each step of sequence b. Blocks i, f, g, o. */
function plainLstm(weights: Record<string, ArrayLike<number>>, b: number, { seen, moved }: PlainNoise) {
  const place = ORDER.indexOf(b)
  const x = xOf(b)
  let [h, c] = [new Array<number>(H).fill(0), new Array<number>(H).fill(0)]
  const steps: number[][] = []
  for (let t = 0; t < LENGTHS[b]; t++) {
    const row = FIRST_ROW[t] + place
    const z = (block: number, j: number) => {
      const r = block * H + j
      let sum = weights.bias_ih_l0[r] + weights.bias_hh_l0[r]
      for (let i = 0; i < I; i++) sum += weights.weight_ih_l0[r * I + i] * x[t * I + i]
      for (let k = 0; k < H; k++) sum += weights.weight_hh_l0[r * H + k] * h[k] * seen(place, k)
      return sum
    }
    const next = h.map((_, j) => {
      const nextC = s(z(1, j)) * c[j] + s(z(0, j)) * Math.tanh(z(2, j))
      return { h: s(z(3, j)) * Math.tanh(nextC), c: nextC }
    })
    const zoned = (state: 'h' | 'c', before: readonly number[]) =>
      before.map((old, j) => old + moved(state, row, j) * (next[j][state] - old))
    ;[h, c] = [zoned('h', h), zoned('c', c)]
    steps.push(h)
  }
  return steps
}

const none: PlainNoise = { seen: () => 1, moved: () => 1 }

/** The mask's value at a place, as the program numbers its masks. */
function maskOf(cell: Cell, name: string, rate: number) {
  const { masks } = compileCell(cell)
  const { key0, key1 } = maskKey(
    CELL_KEY,
    masks.findIndex(m => m.name === name),
  )
  return (row: number, j: number) => maskValue(key0, key1, row, j, rate)
}

for (const { name, create } of implementations) {
  const device = create()
  const tolerance = device.bytesPerElement === 8 ? 1e-12 : 2e-6
  const compare = (cell: Cell, noise: PlainNoise, dropoutKey?: RandomKey) => {
    const layer = new Recurrent(cell, { inputSize: I, hiddenSize: H, seed: 3, source: drawn(device) })
    const weights = Object.fromEntries([...layer.parameters()].map(([n, t]) => [n, t.toArray()]))
    const packed = pack(LENGTHS.map((length, b) => tensor(xOf(b), [length, I], { device })))
    const { output } = layer.forward(packed, undefined, dropoutKey ? { dropoutKey } : {})
    const values = output.values.toArray()
    for (let b = 0; b < LENGTHS.length; b++) {
      plainLstm(weights, b, noise).forEach((h, t) => {
        h.forEach((expected, j) => {
          const actual = values[(FIRST_ROW[t] + ORDER.indexOf(b)) * H + j]
          assert.ok(Math.abs(actual - expected) < tolerance, `sequence ${b}, step ${t}: ${actual}, ${expected}`)
        })
      })
    }
  }

  describe(`noise in the cell, ${name}`, () => {
    it('without any is the plain LSTM', () => compare(lstm, none))

    it('recurrent dropout: one mask a sequence, none when predicting', () => {
      const cell = recurrentDropout(lstm, 0.4)
      const seen = maskOf(cell, 'recurrent_h', 0.4)
      compare(cell, { ...none, seen }, KEY)
      compare(cell, none)
    })

    it('zoneout: a unit keeps its state at a step, and moves by its mean when predicting', () => {
      const cell = zoneout(lstm, 0.3)
      const [h, c] = [maskOf(cell, 'zone_h', 0.3), maskOf(cell, 'zone_c', 0.3)]
      const moved: PlainNoise['moved'] = (state, row, j) => (state === 'h' ? h : c)(row, j) * 0.7
      assert.ok([0, 1].includes(Math.round(moved('h', 0, 0))))
      compare(cell, { ...none, moved }, KEY)
      compare(cell, { ...none, moved: () => 0.7 })
    })

    it('both at once', () => {
      const cell = zoneout(recurrentDropout(lstm, 0.4), 0.3)
      const [h, c] = [maskOf(cell, 'zone_h', 0.3), maskOf(cell, 'zone_c', 0.3)]
      const moved: PlainNoise['moved'] = (state, row, j) => (state === 'h' ? h : c)(row, j) * 0.7
      compare(cell, { seen: maskOf(cell, 'recurrent_h', 0.4), moved }, KEY)
      compare(cell, { ...none, moved: () => 0.7 })
    })

    it('weight drop: the same weights are 0 at all steps, and none when predicting', () => {
      const options = { inputSize: I, hiddenSize: H, seed: 3, weightDrop: 0.5 }
      const layer = new Recurrent(lstm, { ...options, source: drawn(device) })
      const weights = layer.parameters()
      const dropped = (weights.get('weight_hh_l0') as Tensor)
        .toArray()
        .map((w, k) => w * maskValue(DROP_KEY.key0, DROP_KEY.key1, Math.floor(k / H), k % H, 0.5))
      const other = new Recurrent(lstm, {
        ...options,
        source: (n, shape) => (n === 'weight_hh_l0' ? tensor(dropped, shape, { device }) : (weights.get(n) as Tensor)),
      })
      const packed = pack(LENGTHS.map((length, b) => tensor(xOf(b), [length, I], { device })))
      const run = (l: Recurrent, dropoutKey?: RandomKey) => [
        ...l.forward(packed, undefined, dropoutKey ? { dropoutKey } : {}).output.values.toArray(),
      ]
      assert.deepEqual(run(layer, KEY), run(other))
      const plain = new Recurrent(lstm, { ...options, weightDrop: 0, source: drawn(device) })
      assert.deepEqual(run(layer), run(plain))
      assert.notDeepEqual(run(layer, KEY), run(layer, subkey(KEY, 1)))
    })
  })
}

/** Gradients of x and all weights of a layer, as `options` make it. */
function checkLayer(cell: Cell, options: Omit<RecurrentOptions, 'source' | 'inputSize'>, dropoutKey?: RandomKey): void {
  const all = { ...options, inputSize: I }
  const shapes = new Recurrent(cell, { ...all, source: drawn(new ReferenceDevice()) }).parameters()
  const names = [...shapes.keys()]
  const inputs = [...shapes.values()].map(({ shape }, k) => ({ shape, values: samples(shape, k).map(v => 0.3 * v) }))
  checkGradients(
    ([x, ...weights]) => {
      const layer = new Recurrent(cell, { ...all, source: name => weights[names.indexOf(name)] })
      const { output, state } = layer.forward(x, undefined, dropoutKey ? { dropoutKey } : {})
      return [output, ...state.flatMap(one => Object.values(one))]
    },
    [[3, 2, I], ...inputs],
  )
}

describe('gradients', () => {
  for (const [name, cell] of Object.entries({ lstm, gru })) {
    it(`of ${name} with recurrent dropout, zoneout and weight drop`, () => {
      checkLayer(zoneout(recurrentDropout(cell, 0.4), 0.3), { hiddenSize: 3, weightDrop: 0.3 }, KEY)
    })

    it(`of ${name} with a learned first state, two layers of unlike size, both directions`, () => {
      checkLayer(cell, { hiddenSize: [3, 2], bidirectional: true, initialState: 'learned' })
    })
  }

  for (const merge of ['sum', 'mean', 'product'] as const) {
    it(`of two directions merged by ${merge}`, () => {
      checkLayer(lstm, { hiddenSize: [2, 3], bidirectional: true, merge })
    })
  }

  it('of a projected cell with zoneout', () => {
    checkLayer(zoneout(lstmProjection, 0.3), { hiddenSize: 4 }, KEY)
  })
})
