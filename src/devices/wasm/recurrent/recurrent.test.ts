/**
 * The recurrent kernels against the reference device, for every cell there is: outputs, states, recorded quantities and
 * all gradients; odd sizes; and the same bits for a sequence alone or in a batch, whole or in two parts.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCells } from '../../../cells/registry.test-cells.ts'
import type { Equations } from '../../../formula/equations.ts'
import type { Matrix } from '../../matrix.ts'
import type { BackwardArguments, ForwardResult, TrainingCall } from '../../recurrent.ts'
import {
  type CaseSizes,
  emptyResult,
  gradientsOf,
  recurrentCall,
  device as reference,
  withTable,
} from '../../reference/recurrent.test-case.ts'
import { WasmMemory } from '../memory.ts'
import { PointwiseKernels } from '../pointwise/kernel.ts'
import { Products } from '../product/products.ts'
import { Runtime } from '../runtime.ts'
import { linkTrainingKernels } from '../training-kernels.ts'
import { strideOf, type WasmMatrix } from '../wasm-matrix.ts'
import { recurrentBackward } from './backward.ts'
import { recurrentForward } from './forward.ts'
import { linkInputTables } from './input-table.ts'
import type { Engine } from './pass.ts'

// The test calls the engine without a device.
linkTrainingKernels()
linkInputTables()

/**
 * Largest difference over a tensor, relative to its largest value. Rounding to 24 bits over chains of up to some fifty
 * terms and twenty steps, and gate functions good to 2e−7.
 */
const TOLERANCE = 1e-5

/** Where all values of a tensor are smaller than this, sums of numbers of the order of 1 have cancelled. */
const CANCELLED = 1e-2

const modes = [
  { name: 'relaxed', relaxed: true },
  { name: 'plain', relaxed: false },
]

function engineOf(relaxed: boolean): Engine {
  const runtime = new Runtime(new WasmMemory(), { relaxed, wide: false })
  return { runtime, products: new Products(runtime), kernels: new PointwiseKernels(runtime) }
}

/** A matrix of the engine with the values of a reference matrix; its padding is NaN, which must reach no value. */
function copied({ runtime }: Engine, matrix: Matrix): WasmMatrix {
  const { rows, columns } = matrix
  const stride = strideOf(columns)
  const address = runtime.memory.allocate(rows * stride * 4)
  const values = reference.read(matrix)
  for (let r = 0; r < rows; r++) {
    const row = runtime.memory.floats.subarray(address / 4 + r * stride, address / 4 + (r + 1) * stride)
    row.fill(Number.NaN)
    row.set(values.subarray(r * columns, (r + 1) * columns))
  }
  return { address, rows, columns, stride }
}

/** The same structure with every matrix copied to the engine. */
function onEngine<T>(engine: Engine, value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if ('stride' in value) return copied(engine, value as unknown as Matrix) as T
  if (Array.isArray(value)) return value.map(v => onEngine(engine, v)) as T
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, onEngine(engine, v)])) as T
}

function callOnEngine(engine: Engine, call: TrainingCall): TrainingCall {
  const { x, weights, initial } = onEngine(engine, { x: call.x, weights: call.weights, initial: call.initial })
  return { ...call, x, weights, initial }
}

function read({ runtime }: Engine, matrix: Matrix): Float32Array {
  const { address, rows, columns, stride } = matrix as WasmMatrix
  const values = new Float32Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    const at = address / 4 + r * stride
    values.set(runtime.memory.floats.subarray(at, at + columns), r * columns)
  }
  return values
}

/** All matrices of a structure by their path. */
function matricesOf(value: unknown, path = ''): [string, Matrix][] {
  if (typeof value !== 'object' || value === null) return []
  if ('stride' in value) return [[path, value as unknown as Matrix]]
  return Object.entries(value).flatMap(([k, v]) => matricesOf(v, path === '' ? k : `${path}.${k}`))
}

function assertClose(engine: Engine, actual: unknown, expected: unknown, what: string): void {
  const wanted = new Map(matricesOf(expected))
  for (const [path, matrix] of matricesOf(actual)) {
    const a = read(engine, matrix)
    const b = reference.read(wanted.get(path) as Matrix)
    const largest = b.reduce((most, v) => Math.max(most, Math.abs(v)), CANCELLED)
    a.forEach((v, k) => {
      const difference = Math.abs(v - b[k]) / largest
      assert.ok(difference <= TOLERANCE, `${what} ${path}[${k}]: ${v} and ${b[k]}, ${difference} > ${TOLERANCE}`)
    })
  }
}

const shapes = [
  { inputSize: 3, hiddenSize: 5, lengths: [4, 2, 2, 1] },
  { inputSize: 1, hiddenSize: 1, lengths: [1] },
  { inputSize: 8, hiddenSize: 16, lengths: [3, 3] },
  { inputSize: 5, hiddenSize: 9, lengths: [20, 1] },
  { inputSize: 9, hiddenSize: 8, lengths: [1, 1, 1] },
  // More than one chunk: 40 rows a step, so six steps a chunk.
  { inputSize: 2, hiddenSize: 3, lengths: [...Array<number>(38).fill(8), 7, 5] },
]

/**
 * A call whose recurrent weights are as small as trained ones, of the order of 1/√H: with larger ones a cell is chaotic
 * and rounding grows at every step, whoever computes.
 */
function tameCall(cell: Equations, sizes: CaseSizes): TrainingCall {
  const call = recurrentCall(cell, sizes)
  const { weightHh } = call.weights
  if (weightHh)
    reference.write(
      weightHh,
      reference.read(weightHh).map(v => v / Math.sqrt(sizes.hiddenSize)),
    )
  return call
}

/** What only the reference leaves empty, or keeps in another way, is not compared. */
const comparable = ({ states, last, recorded }: ForwardResult) => ({ states, last, recorded })

for (const { name, relaxed } of modes) {
  for (const [cellName, cell] of Object.entries(testCells)) {
    test(`${name}: ${cellName} agrees with the reference forward and backward`, () => {
      const engine = engineOf(relaxed)
      for (const [shape, isTable] of shapes.flatMap(
        s =>
          [
            [s, false],
            [s, true],
          ] as const,
      )) {
        const tame = tameCall(cell, shape)
        const call = isTable ? withTable(tame) : tame
        const what = `${cellName} ${JSON.stringify(shape)}${isTable ? ', looked up' : ''}`
        const expected = emptyResult(call)
        reference.recurrentForward(call, expected, true)
        const own = callOnEngine(engine, call)
        const result = onEngine(engine, emptyResult(call))
        recurrentForward(engine, own, result, true)
        assertClose(engine, comparable(result), comparable(expected), what)
        const wanted = gradientsOf(call)
        const gradients = onEngine(engine, wanted) as BackwardArguments
        reference.recurrentBackward(call, expected, wanted)
        recurrentBackward(engine, own, result, gradients)
        const { x, weights, initial } = gradients
        assertClose(engine, { x, weights, initial }, wanted, `gradients, ${what}`)
      }
    })

    test(`${name}: ${cellName} gives the same bits without training, alone and step by step`, () => {
      for (const hiddenSize of [9, 72]) sameBitsOf(relaxed, cellName, cell, hiddenSize)
    })
  }
}

/** @param hiddenSize  From 64 on a sequence alone goes through the kernels for single rows. */
function sameBitsOf(relaxed: boolean, cellName: string, cell: Equations, hiddenSize: number): void {
  const engine = engineOf(relaxed)
  const noisy = recurrentCall(cell, { inputSize: 5, hiddenSize, lengths: [6, 4, 1] })
  // A mask is drawn by place, and a sequence alone has another.
  const call = callOnEngine(engine, { ...noisy, noise: null })
  const whole = run(engine, call, true)
  const { output } = cell
  assertSame(engine, run(engine, call, false).last, whole.last, `${cellName} without training`)
  for (let sequence = 0; sequence < 3; sequence++) {
    const alone = run(engine, single(engine, call, sequence, [6, 4, 1][sequence]), false)
    for (const s of call.cell.states) {
      const expected = row(whole.last[s], sequence)
      assertSame(engine, { last: alone.last[s] }, { last: expected }, `${cellName} sequence ${sequence}`)
    }
  }
  const first = single(engine, call, 0, 6)
  const parts = [part(first, 0, 2, first.initial)]
  const begun = run(engine, parts[0], false)
  const rest = run(engine, part(first, 2, 6, begun.last), false)
  assertSame(engine, rest.last, run(engine, first, false).last, `${cellName} in two parts`)
  assert.ok(whole.states[output])
}

function run(engine: Engine, call: TrainingCall, training: boolean): ForwardResult {
  const all = onEngine(engine, emptyResult(call))
  const { output } = call.cell.equations
  const result = training ? all : { ...all, states: { [output]: all.states[output] }, saved: [], operands: [] }
  recurrentForward(engine, call, result, training)
  return result
}

const row = (matrix: Matrix, r: number): WasmMatrix => {
  const own = matrix as WasmMatrix
  return { ...own, rows: 1, address: own.address + r * own.stride * 4 }
}

/** One sequence of a packed batch as a batch of its own. */
function single(engine: Engine, call: TrainingCall, sequence: number, length: number): TrainingCall {
  const { liveRows } = call.packing
  const x = copied(engine, reference.allocate(length, call.x.columns))
  let first = 0
  for (let t = 0; t < length; t++) {
    const from = row(call.x, first + sequence).address / 4
    engine.runtime.memory.floats.copyWithin(row(x, t).address / 4, from, from + call.x.columns)
    first += liveRows[t]
  }
  const initial = Object.fromEntries(Object.entries(call.initial).map(([s, m]) => [s, row(m, sequence)]))
  return { ...call, x, initial, packing: { batch: 1, tokens: length, liveRows: new Int32Array(length).fill(1) } }
}

/** Steps [begin, end) of a single sequence. */
function part(call: TrainingCall, begin: number, end: number, initial: TrainingCall['initial']): TrainingCall {
  const length = end - begin
  const x = { ...row(call.x, begin), rows: length }
  return { ...call, x, initial, packing: { batch: 1, tokens: length, liveRows: new Int32Array(length).fill(1) } }
}

function assertSame(engine: Engine, actual: unknown, expected: unknown, what: string): void {
  const wanted = new Map(matricesOf(expected))
  for (const [path, matrix] of matricesOf(actual)) {
    assert.deepEqual(read(engine, matrix), read(engine, wanted.get(path) as Matrix), `${what} ${path}`)
  }
}
