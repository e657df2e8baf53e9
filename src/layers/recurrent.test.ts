import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineCell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { gruResetBefore } from '../cells/gru-reset-before.ts'
import { lstm } from '../cells/lstm.ts'
import { testCells } from '../cells/registry.test-cells.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { ModelFileError } from '../errors/errors.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../formats/safetensors.ts'
import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { storedWeights } from '../models/stored-weights.ts'
import { keyOf, subkey } from '../random/key.ts'
import { samples } from '../tensor/central-differences.test-support.ts'
import { backward, dropout, reshape, sum, type Tensor, tensor } from '../tensor/index.ts'
import { pack } from './packed.ts'
import { Recurrent } from './recurrent.ts'
import { drawn } from './weight-source.ts'

const device = new ReferenceDevice()
const source = drawn(device)
const random = (...shape: number[]) => tensor(samples(shape), shape, { device })
const shapesOf = (layer: Recurrent) =>
  Object.fromEntries([...layer.parameters()].map(([name, t]) => [name, t.shape.join('×')]))

describe('the weights of a recurrent layer', () => {
  it('have PyTorch’s names and shapes, layer by layer and direction by direction', () => {
    const layer = new Recurrent(lstm, { inputSize: 3, hiddenSize: 5, layers: 2, bidirectional: true, source })
    assert.deepEqual(shapesOf(layer), {
      weight_ih_l0: '20×3',
      weight_hh_l0: '20×5',
      bias_ih_l0: '20',
      bias_hh_l0: '20',
      weight_ih_l0_reverse: '20×3',
      weight_hh_l0_reverse: '20×5',
      bias_ih_l0_reverse: '20',
      bias_hh_l0_reverse: '20',
      weight_ih_l1: '20×10',
      weight_hh_l1: '20×5',
      bias_ih_l1: '20',
      bias_hh_l1: '20',
      weight_ih_l1_reverse: '20×10',
      weight_hh_l1_reverse: '20×5',
      bias_ih_l1_reverse: '20',
      bias_hh_l1_reverse: '20',
    })
  })

  it('have each layer’s own size, as wide below as the directions become together', () => {
    const options = { inputSize: 3, hiddenSize: [5, 4], bidirectional: true, source }
    const concatenated = new Recurrent(lstm, options)
    assert.deepEqual([shapesOf(concatenated).weight_ih_l1, concatenated.outputSize], ['16×10', 8])
    for (const merge of ['sum', 'mean', 'product'] as const) {
      const layer = new Recurrent(lstm, { ...options, merge })
      assert.deepEqual([shapesOf(layer).weight_ih_l1, layer.outputSize], ['16×5', 4])
    }
    assert.throws(() => new Recurrent(lstm, { ...options, layers: 3 }), /expected a hidden size for each of 3 layers/)
  })

  it('have a first state for each layer and direction when it is learned, as wide as the state', () => {
    const options = { inputSize: 3, hiddenSize: [5, 4], bidirectional: true, initialState: 'learned', source } as const
    const names = Object.entries(shapesOf(new Recurrent(lstm, options))).filter(([name]) => name.startsWith('initial'))
    assert.deepEqual(Object.fromEntries(names), {
      initial_h_l0: '5',
      initial_c_l0: '5',
      initial_h_l0_reverse: '5',
      initial_c_l0_reverse: '5',
      initial_h_l1: '4',
      initial_c_l1: '4',
      initial_h_l1_reverse: '4',
      initial_c_l1_reverse: '4',
    })
  })

  it('are only those that the cell has a use for, its own vectors included', () => {
    const of = (name: string) => shapesOf(new Recurrent(testCells[name], { inputSize: 3, hiddenSize: 2, source }))
    assert.deepEqual(of('input-only'), { weight_ih_l0: '4×3', bias_ih_l0: '4' })
    assert.deepEqual(of('lstm-peephole'), {
      weight_ih_l0: '8×3',
      weight_hh_l0: '8×2',
      bias_ih_l0: '8',
      bias_hh_l0: '8',
      peephole_i_l0: '2',
      peephole_f_l0: '2',
      peephole_o_l0: '2',
    })
    // Blocks a, c, d have both halves or one: [a, e, c] read x, [a, b, c, d] the state.
    assert.deepEqual(of('chained').weight_ih_l0, '6×3')
    assert.deepEqual(of('chained').weight_hh_l0, '8×2')
  })

  it('begin uniform in ±1/√H, differ from one another, and follow from the seed', () => {
    const values = (seed: number) =>
      [...new Recurrent(gru, { inputSize: 4, hiddenSize: 16, layers: 2, seed, source }).parameters().values()].map(t =>
        t.toArray(),
      )
    const all = values(1)
    const flat = all.flatMap(v => [...v])
    assert.ok(flat.every(v => Math.abs(v) <= 0.25))
    assert.ok(Math.max(...flat) > 0.24 && Math.min(...flat) < -0.24)
    assert.equal(new Set(all.map(v => v[0])).size, all.length)
    assert.deepEqual(values(1), all)
    assert.notDeepEqual(values(2), all)
  })

  it('begin with a forget gate that keeps: 1 in b_ih, 0 in b_hh, and no other block is touched', () => {
    const biases = (options: { forgetBias?: number }, cell = lstm) => {
      const parameters = new Recurrent(cell, { inputSize: 2, hiddenSize: 3, source, ...options }).parameters()
      return ['bias_ih_l0', 'bias_hh_l0'].map(name => [...(parameters.get(name) as Tensor).toArray()])
    }
    const [ih, hh] = biases({})
    assert.deepEqual(ih.slice(3, 6), [1, 1, 1])
    assert.deepEqual(hh.slice(3, 6), [0, 0, 0])
    const rest = [...ih.slice(0, 3), ...ih.slice(6), ...hh.slice(0, 3), ...hh.slice(6)]
    assert.ok(rest.every(v => v !== 0 && Math.abs(v) < 1 / Math.sqrt(3)))
    assert.deepEqual(biases({ forgetBias: -2 })[0].slice(3, 6), [-2, -2, -2])
    assert.ok(biases({}, gru)[0].every(v => Math.abs(v) < 1))
  })

  it('come from a file as they came from the draw', () => {
    const options = { inputSize: 3, hiddenSize: 4, bidirectional: true }
    const first = new Recurrent(lstm, { ...options, source })
    const tensors = new Map<string, StoredTensor>(
      [...first.parameters()].map(([name, t]) => [name, { shape: t.shape, data: Float32Array.from(t.toArray()) }]),
    )
    const stored = storedWeights(readSafetensors(writeSafetensors(tensors)).tensors, device)
    const second = new Recurrent(lstm, { ...options, source: stored.source })
    stored.finish()
    const x = random(2, 3, 3)
    assert.deepEqual(second.forward(x).output.toArray(), first.forward(x).output.toArray())
    tensors.delete('bias_hh_l0_reverse')
    assert.throws(
      () => new Recurrent(lstm, { ...options, source: storedWeights(tensors, device).source }),
      (error: unknown) => error instanceof ModelFileError && /"bias_hh_l0_reverse": expected shape/.test(error.message),
    )
  })
})

describe('the recurrent layer', () => {
  it('takes the step worked out on paper', () => {
    // One unit, all weights 1, biases 0 but the forget gate's 1, x = ln 3 − 0.5, h0 = 0.5, c0 = 2: every block is
    // ln 3, the forget gate's ln 3 + 1.
    //   i = o = σ(ln 3) = 0.75, g = tanh(ln 3) = 0.8, f = 3e / (1 + 3e), c = 2 f + 0.6, h = 0.75 tanh c
    const layer = new Recurrent(lstm, {
      inputSize: 1,
      hiddenSize: 1,
      source: (name, shape) => {
        const value = { weight_ih_l0: [1, 1, 1, 1], weight_hh_l0: [1, 1, 1, 1], bias_ih_l0: [0, 1, 0, 0] }[name]
        return tensor(value ?? [0, 0, 0, 0], shape, { device })
      },
    })
    const one = (value: number) => tensor([value], [1, 1], { device })
    const x = tensor([Math.log(3) - 0.5], [1, 1, 1], { device })
    const { output, state } = layer.forward(x, [{ h: one(0.5), c: one(2) }])
    const c = (2 * 3 * Math.E) / (1 + 3 * Math.E) + 0.6
    assert.ok(Math.abs(state[0].c.item() - c) < 1e-15)
    assert.ok(Math.abs(output.item() - 0.75 * Math.tanh(c)) < 1e-15)
    assert.equal(state[0].h.item(), output.item())
  })

  it('runs a cell of a user’s own, with gradients, like a built-in one', () => {
    const minimal = defineCell('minimal', ({ affine, previous }) => {
      const forgetGate = sigmoid(affine('f'))
      const candidate = tanh(affine('h', mul(forgetGate, previous('h'))))
      const h = add(mul(sub(1, forgetGate), previous('h')), mul(forgetGate, candidate))
      return { state: { h }, quantities: { forgetGate, candidate } }
    })
    const layer = new Recurrent(minimal, { inputSize: 3, hiddenSize: 4, layers: 2, bidirectional: true, source })
    const { output, state } = layer.forward(random(5, 2, 3))
    assert.deepEqual(output.shape, [5, 2, 8])
    assert.equal(state.length, 4)
    backward(sum(output))
    for (const [name, t] of layer.parameters())
      assert.ok(
        t.gradient?.toArray().some(g => g !== 0),
        name,
      )
    assert.deepEqual([...(layer.parameters().get('bias_ih_l0') as Tensor).toArray()].slice(0, 4), [1, 1, 1, 1])
  })

  it('starts where the cell’s equations say', () => {
    const layer = new Recurrent(testCells.exponential, { inputSize: 1, hiddenSize: 2, source })
    const [state] = layer.initialState(3, device)
    assert.deepEqual([...state.m.toArray()], Array(6).fill(-2))
    assert.deepEqual([...state.y.toArray()], Array(6).fill(0.5))
    assert.deepEqual([...state.h.toArray()], Array(6).fill(0))
    const x = random(2, 3, 1)
    assert.deepEqual(layer.forward(x, [state]).output.toArray(), layer.forward(x).output.toArray())
  })

  it('merges two directions element by element, or side by side', () => {
    const x = random(3, 2, 4)
    const options = { inputSize: 4, hiddenSize: 5, bidirectional: true, source }
    const [both] = [new Recurrent(lstm, options).forward(x).output]
    const side = both.toArray()
    const expected = { sum: (a: number, b: number) => a + b, mean: (a: number, b: number) => (a + b) * 0.5 }
    for (const [merge, of] of Object.entries({ ...expected, product: (a: number, b: number) => a * b })) {
      const { output } = new Recurrent(lstm, { ...options, merge: merge as 'sum' }).forward(x)
      assert.deepEqual(output.shape, [3, 2, 5])
      output.toArray().forEach((value, k) => {
        const place = Math.floor(k / 5) * 10 + (k % 5)
        assert.equal(value, of(side[place], side[place + 5]), merge)
      })
    }
  })

  it('starts from what was learned', () => {
    const layer = new Recurrent(gru, { inputSize: 3, hiddenSize: 2, initialState: 'learned', source })
    const first = layer.parameters().get('initial_h_l0') as Tensor
    device.write(first.matrix, [0.25, -0.5])
    const x = random(2, 3, 3)
    const h = tensor([0.25, -0.5, 0.25, -0.5, 0.25, -0.5], [3, 2], { device })
    assert.deepEqual(layer.forward(x).output.toArray(), layer.forward(x, [{ h }]).output.toArray())
    assert.notDeepEqual(
      layer.forward(x).output.toArray(),
      layer.forward(x, [{ h: tensor(new Array(6).fill(0), [3, 2], { device }) }]).output.toArray(),
    )
  })

  it('drops values between layers only when a key is given: the same for the same key', () => {
    const options = { inputSize: 3, hiddenSize: 8, layers: 2, dropout: 0.5, source }
    const layer = new Recurrent(gruResetBefore, options)
    const x = random(4, 2, 3)
    const outputs = [undefined, keyOf(1, 'a'), keyOf(1, 'a'), keyOf(2, 'a')].map(dropoutKey =>
      [...layer.forward(x, undefined, dropoutKey ? { dropoutKey } : {}).output.toArray()].join(' '),
    )
    assert.equal(outputs[1], outputs[2])
    assert.equal(new Set(outputs).size, 3)
    const single = new Recurrent(lstm, { ...options, layers: 1 })
    const dropped = single.forward(x, undefined, { dropoutKey: keyOf(1, 'a') }).output
    assert.deepEqual(dropped.toArray(), single.forward(x).output.toArray())
  })

  it('drops other values after each layer, the outputs divided by the share that is left', () => {
    const layer = new Recurrent(gru, { inputSize: 3, hiddenSize: 3, layers: 3, source })
    const single = (k: number) =>
      new Recurrent(gru, {
        inputSize: 3,
        hiddenSize: 3,
        source: name => layer.parameters().get(name.replace('_l0', `_l${k}`)) as Tensor,
      })
    const [x, dropoutKey] = [random(4, 2, 3), keyOf(1, 'a')]
    let values = reshape(single(0).forward(x).output, [8, 3])
    for (const k of [1, 2]) {
      const dropped = reshape(dropout(values, 0.4, subkey(dropoutKey, k)), [4, 2, 3])
      values = reshape(single(k).forward(dropped).output, [8, 3])
    }
    const { output } = layer.forward(x, undefined, { dropoutKey, dropout: 0.4 })
    assert.deepEqual(output.toArray(), values.toArray())
  })

  it('records quantities at the token they belong to, in both directions', () => {
    const layer = new Recurrent(gru, { inputSize: 3, hiddenSize: 4, bidirectional: true, source })
    const { output, recorded } = layer.forward(pack([random(1, 3), random(3, 3)]), undefined, { record: ['candidate'] })
    // At its first token h = (1 − z) n + z 0 has the candidate's sign; read backwards that is the last token.
    const places = { forward: [0, 1], backward: [1, 3] }
    for (const [direction, rows] of Object.values(places).entries()) {
      const candidate = recorded[direction].candidate.toArray()
      for (const row of rows) {
        for (let j = 0; j < 4; j++) {
          const h = output.values.toArray()[8 * row + 4 * direction + j]
          const n = candidate[4 * row + j]
          assert.ok(h * n > 0 && Math.abs(h) < Math.abs(n), `direction ${direction}, row ${row}, unit ${j}: ${h}, ${n}`)
        }
      }
    }
  })
})

describe('what a recurrent layer cannot take', () => {
  const layer = new Recurrent(lstm, { inputSize: 128, hiddenSize: 4, source })
  const zeros = (...shape: number[]) => tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape, { device })
  const refused = (run: () => unknown, message: string) => assert.throws(run, { name: 'ShapeError', message })

  it('x of another width or rank', () => {
    const advice = 'Pass rows of 128 values, or create it with another inputSize.'
    refused(
      () => layer.forward(pack([zeros(5, 64)])),
      `Recurrent.forward: expected x of shape [tokens, 128] (inputSize 128), got [5, 64]. ${advice}`,
    )
    refused(
      () => layer.forward(zeros(5, 2, 64)),
      `Recurrent.forward: expected x of shape [T, B, 128] (inputSize 128), got [5, 2, 64]. ${advice}`,
    )
    refused(
      () => layer.forward(zeros(5, 128)),
      `Recurrent.forward: expected x of shape [T, B, 128] (inputSize 128), got [5, 128]. ${advice}`,
    )
  })

  it('states too few, without a name, or of another size', () => {
    const x = zeros(2, 3, 128)
    refused(
      () => layer.forward(x, []),
      'Recurrent.forward: expected 1 states (layers × directions), got 0. Pass the state of an earlier call.',
    )
    refused(
      () => layer.forward(x, [{ h: zeros(3, 4) }]),
      'Recurrent.forward: expected state[0].c of shape [3, 4], got nothing. Give each of h, c.',
    )
    refused(
      () => layer.forward(x, [{ h: zeros(2, 4), c: zeros(3, 4) }]),
      'Recurrent.forward: expected state[0].h of shape [3, 4], got [2, 4]. Give each of h, c.',
    )
  })

  it('a quantity that the cell has not', () => {
    assert.throws(() => layer.forward(zeros(1, 1, 128), undefined, { record: ['resetGate'] }), /resetGate/)
  })
})
