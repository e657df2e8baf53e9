/**
 * Steps whose packed weights are kept between calls: the same bits as the forward pass that packs them anew, and never
 * out of date, whichever way a weight is changed.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lstm } from '../../../cells/lstm.ts'
import { lstmPeephole } from '../../../cells/lstm-peephole.ts'
import { testCells } from '../../../cells/registry.test-cells.ts'
import type { Equations } from '../../../formula/equations.ts'
import { mul, variable } from '../../../formula/expression.ts'
import { program } from '../../../formula/program.ts'
import { compileCell } from '../../../formula/stages.ts'
import { implementations } from '../../devices.test-bench.ts'
import type { Matrix } from '../../matrix.ts'
import { type ForwardResult, type TrainingCall, weightMatrices } from '../../recurrent.ts'
import { emptyResult, recurrentCall, device as reference } from '../../reference/recurrent.test-case.ts'
import { createWasmDevice, type WasmDevice } from '../wasm-device.ts'
import { recurrentForward } from './forward.ts'

/** The same structure with every matrix copied to the device. */
function onDevice<T>(device: WasmDevice, value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if ('stride' in value) {
    const { rows, columns } = value as unknown as Matrix
    const matrix = device.allocate(rows, columns)
    device.fill(matrix, Number.NaN)
    device.write(matrix, reference.read(value as unknown as Matrix))
    return matrix as T
  }
  if (Array.isArray(value)) return value.map(v => onDevice(device, v)) as T
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, onDevice(device, v)])) as T
}

interface Case {
  readonly device: WasmDevice
  readonly call: TrainingCall
  readonly result: ForwardResult
}

function caseOf(device: WasmDevice, equations: Equations, batch: number, hiddenSize = 9, inputSize = 5): Case {
  const made = recurrentCall(equations, { inputSize, hiddenSize, lengths: Array<number>(batch).fill(1) })
  const cell = compileCell(equations)
  const { output } = equations
  const { states, last } = emptyResult(made)
  const { x, weights, initial } = onDevice(device, { x: made.x, weights: made.weights, initial: made.initial })
  const result = onDevice(device, { states: { [output]: states[output] }, last, saved: [], operands: [], recorded: {} })
  return { device, call: { ...made, cell, x, weights, initial, noise: null }, result }
}

const valuesOf = ({ device, result }: Case) =>
  [...Object.values(result.states), ...Object.values(result.last)].map(m => device.read(m))

/** What the call gives, and what the pass gives that keeps nothing. */
function both(own: Case): [kept: unknown, anew: unknown] {
  own.device.recurrentForward(own.call, own.result, false)
  const kept = valuesOf(own)
  recurrentForward(own.device, own.call, own.result, false)
  return [kept, valuesOf(own)]
}

const isSame = (own: Case, what: string) => {
  const [kept, anew] = both(own)
  assert.deepEqual(kept, anew, what)
  return anew
}

for (const { name, create } of implementations.slice(1)) {
  test(`${name}: every cell’s step is the forward pass’s, again and again, with another x and state each time`, () => {
    for (const [cellName, equations] of Object.entries(testCells)) {
      for (const [batch, hiddenSize, inputSize] of [
        [1, 9, 5],
        [3, 16, 7],
        [1, 72, 40],
        [9, 4, 3],
      ] as const) {
        const own = caseOf(create() as WasmDevice, equations, batch, hiddenSize, inputSize)
        const what = `${cellName}, batch ${batch}`
        isSame(own, what)
        const { call, device } = own
        for (const m of [call.x, ...Object.values(call.initial)]) {
          device.write(
            m,
            Float32Array.from({ length: m.rows * m.columns }, (_, i) => Math.cos(i)),
          )
        }
        isSame(own, `${what}, again`)
      }
    }
  })
}

const twice = program([{ name: 'w', value: mul(variable('w'), 2) }])

const changes: Readonly<Record<string, (device: WasmDevice, weight: Matrix) => void>> = {
  write: (device, w) => device.write(w, new Float32Array(w.rows * w.columns).fill(0.25)),
  fill: (device, w) => device.fill(w, 0.125),
  'a point-wise program in place': (device, w) => device.pointwise(twice, { inputs: [w], outputs: [w] }),
  'a copy': (device, w) => device.copy(w, device.allocate(w.rows, w.columns)),
  'one of its rows': (device, w) => device.fill(device.rowsOf(w, w.rows - 1, 1), 0.5),
  'a product': (device, w) => device.product(w, device.allocate(w.rows, 1), device.allocate(1, w.columns)),
  'rows by index': (device, w) => device.gatherRows(w, device.allocate(1, w.columns), new Int32Array(w.rows)),
  'rows added by index': (device, w) => {
    const source = device.allocate(1, w.columns)
    device.fill(source, 0.5)
    device.scatterAddRows(w, source, new Int32Array(1))
  },
  'a reshape': (device, w) => device.reshape(w, device.allocate(w.columns, w.rows)),
  'rows put by index': (device, w) => device.putRows(w, device.allocate(1, w.columns), new Int32Array([w.rows - 1])),
  'a loss’s gradients': (device, w) => {
    const call = { x: device.allocate(3, w.columns), weight: device.allocate(w.rows, w.columns), bias: null }
    const gradients = { scale: 1, x: device.allocate(3, w.columns), weight: w, bias: null }
    device.linearCrossEntropy(device.allocate(3, 1), { ...call, labels: new Int32Array(3) }, gradients)
  },
  softmax: (device, w) => device.softmax(w, w),
  'a mask': (device, w) => device.mask(w, [1, 2], 0.5),
}

for (const [name, change] of Object.entries(changes)) {
  test(`a weight changed by ${name} is the one that counts`, () => {
    const count = weightMatrices(caseOf(createWasmDevice(), lstmPeephole, 1).call.weights).length
    assert.equal(count, 7)
    for (let k = 0; k < count; k++) {
      const own = caseOf(createWasmDevice(), lstmPeephole, 1)
      const weight = weightMatrices(own.call.weights)[k]
      const before = isSame(own, 'before')
      change(own.device, weight)
      assert.notDeepEqual(isSame(own, 'after'), before, `weight ${k}, ${weight.rows} × ${weight.columns}`)
    }
  })
}

test('other weights at the same address, of a model that came after, are the ones that count', () => {
  const device = createWasmDevice()
  const first = caseOf(device, lstm, 1)
  const before = isSame(first, 'first')
  for (const m of weightMatrices(first.call.weights)) device.release(m)
  const second = caseOf(device, lstm, 1)
  for (const m of weightMatrices(second.call.weights)) device.fill(m, 0.1)
  assert.notDeepEqual(isSame(second, 'second'), before)
})

test('nothing is kept when the weights are gone', () => {
  const device = createWasmDevice()
  const { memory } = device.runtime
  const inUse: number[] = []
  for (let k = 0; k < 100; k++) {
    const own = caseOf(device, lstm, 1)
    device.recurrentForward(own.call, own.result, false)
    const { call, result } = own
    for (const m of [...weightMatrices(call.weights), call.x, ...Object.values(call.initial)]) device.release(m)
    for (const m of [...Object.values(result.states), ...Object.values(result.last)]) device.release(m)
    inUse.push(memory.bytesInUse)
  }
  assert.equal(inUse[99], inUse[0])
})

test('a linear layer of few rows keeps its weight in panels, until it changes', () => {
  const device = createWasmDevice()
  const [x, y] = [device.allocate(1, 9), device.allocate(1, 21)]
  const weight = device.allocate(21, 9)
  const multiply = () => {
    device.product(y, x, weight, { transposeB: true })
    return device.read(y)
  }
  device.fill(x, 1)
  for (let k = 1; k <= 3; k++) {
    device.fill(weight, k)
    for (let again = 0; again < 3; again++) assert.deepEqual(multiply(), new Float32Array(21).fill(9 * k))
  }
})
