/**
 * The same bits with any number of threads: every operation of the wasm device, every cell forward and backward, a
 * training run. (That one thread's numbers are right, the tests in `devices/` show.)
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { lstm } from '../../cells/lstm.ts'
import { testCells } from '../../cells/registry.test-cells.ts'
import { put, values } from '../../devices/devices.test-bench.ts'
import type { Matrix } from '../../devices/matrix.ts'
import {
  emptyResult,
  gradientsOf,
  recurrentCall,
  device as reference,
} from '../../devices/reference/recurrent.test-case.ts'
import { startTeam, stopTeam } from '../../devices/wasm/threads/start-team.ts'
import { createWasmDevice, type WasmDevice, type WasmDeviceOptions } from '../../devices/wasm/wasm-device.ts'
import { add, mul, sigmoid, tanh, variable } from '../../formula/expression.ts'
import { program } from '../../formula/program.ts'
import { compileCell } from '../../formula/stages.ts'
import { english, madeUpTexts } from '../../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../../models/text-classifier.ts'
import { defaultDevice, setDefaultDevice } from '../../tensor/default-device.ts'
import { spawnWorker, startThreads, stopThreads } from './threads.ts'

/** Divides whatever can be divided, however small. */
const ALL = { maySleep: true, dividesAll: true }
const COUNTS = [2, 3, 4, 7]
const modes: Readonly<Record<string, WasmDeviceOptions>> = {
  narrow: { arithmetic: 'relaxed', wide: false },
  wide: { arithmetic: 'relaxed', wide: true },
  plain: { arithmetic: 'plain', wide: false },
}
const started: WasmDevice[] = []
const single = new Map<string, WasmDevice>()
const teams = new Map<string, WasmDevice>()

before(async () => {
  for (const [name, options] of Object.entries(modes)) {
    single.set(name, createWasmDevice(options))
    for (const count of COUNTS) teams.set(`${name} ${count}`, await deviceWith(count, options))
  }
})
after(() => {
  for (const device of started) stopTeam(device)
})

async function deviceWith(threads: number, options: WasmDeviceOptions = {}): Promise<WasmDevice> {
  const device = createWasmDevice(options)
  started.push(device)
  assert.equal((await startTeam(device, threads, spawnWorker, ALL)).used, threads)
  return device
}

/** Runs on one thread and on each team, in each mode, and compares all that comes of it. */
function sameBits(name: string, run: (device: WasmDevice) => (Float32Array | number)[]): void {
  for (const mode of Object.keys(modes)) {
    test(`${mode}: ${name}`, () => {
      const expected = run(single.get(mode) as WasmDevice)
      for (const count of COUNTS) {
        const actual = run(teams.get(`${mode} ${count}`) as WasmDevice)
        expected.forEach((wanted, i) => {
          assert.deepEqual(actual[i], wanted, `result ${i} with ${count} threads`)
        })
      }
    })
  }
}

const SIZES = [
  [1, 1],
  [5, 9],
  [16, 17],
  [33, 70],
  [130, 40],
  [3, 300],
] as const

sameBits('products', device =>
  SIZES.flatMap(([rows, columns]) =>
    [1, 70].flatMap(k => {
      const [a, at] = [put(device, values(rows, k, 1)), put(device, values(k, rows, 2))]
      const [b, bt] = [put(device, values(k, columns, 3)), put(device, values(columns, k, 4))]
      const bias = put(device, values(1, columns, 5))
      const cases = [{}, { bias }, { accumulate: true }, { accumulate: true, bias }] as const
      return cases.flatMap(options =>
        [false, true].flatMap(transposeA =>
          [false, true].map(transposeB => {
            const c = put(device, values(rows, columns, 6))
            const all = { ...options, transposeA, transposeB }
            device.product(c, transposeA ? at : a, transposeB ? bt : b, all)
            return device.read(c)
          }),
        ),
      )
    }),
  ),
)

const [x, y] = [variable('x'), variable('y')]
const fused = program([
  { name: 'p', value: add(mul(sigmoid(x), y), tanh(x)) },
  { name: 'q', value: mul(x, y), accumulate: true },
])
const byColumn = program([{ name: 'p', value: add(mul(sigmoid(x), y), 0.5) }], ['y'])

sameBits('point-wise programs, sums, softmax, rows by index, masks and copies', device =>
  SIZES.flatMap(([rows, columns]) => {
    const make = (seed: number, r: number = rows, c: number = columns) => put(device, values(r, c, seed))
    const [a, b, row, column] = [make(1), make(2), make(3, 1), make(4, rows, 1)]
    const results: Matrix[] = []
    const result = (r: number = rows, c: number = columns) => {
      const matrix = make(7, r, c)
      results.push(matrix)
      return matrix
    }
    device.pointwise(fused, { inputs: [a, b], outputs: [result(), result()] })
    device.pointwise(fused, { inputs: [a, row], outputs: [result(), result()] })
    device.pointwise(byColumn, { inputs: [a, column], outputs: [result()] })
    device.reduceRows(result(rows, 1), a, 'sum')
    device.reduceRows(result(rows, 1), a, 'max')
    device.sumColumns(result(1), a)
    device.sumColumns(result(1), a, true)
    device.softmax(result(), a)
    const labels = Int32Array.from({ length: rows }, (_, i) => (i * 7) % columns)
    device.softmaxCrossEntropy(result(rows, 1), a, labels)
    device.softmaxCrossEntropy(result(rows, 1), a, labels, result())
    const indices = Int32Array.from({ length: 50 }, (_, i) => (i * i) % rows)
    device.gatherRows(result(50), a, indices)
    device.scatterAddRows(result(), make(8, 50), indices)
    device.putRows(
      result(),
      a,
      Int32Array.from({ length: rows }, (_, i) => rows - 1 - i),
    )
    device.mask(result(), [3, 4], 0.3)
    device.copy(result(columns, rows), a, { transpose: true })
    device.copy(result(columns, rows), a, { transpose: true, accumulate: true })
    device.copy(result(), a, { accumulate: true })
    device.reshape(result(columns, rows), a)
    device.fill(result(), 0)
    const read = results.map(matrix => device.read(matrix))
    const squares = device.sumOfSquares(a)
    for (const matrix of [a, b, row, column, ...results]) device.release(matrix)
    return [...read, squares]
  }),
)

sameBits('a linear layer and its loss, tile by tile', device =>
  [
    [5, 9, 33],
    [130, 3, 33_001],
  ].flatMap(([rows, width, classes]) => {
    const [x, weight, bias] = [values(rows, width, 1), values(classes, width, 2), values(1, classes, 3)]
    const call = { x: put(device, x), weight: put(device, weight), bias: put(device, bias) }
    const labels = Int32Array.from({ length: rows }, (_, r) => (r * 7919) % classes)
    const [losses, dx, dweight, dbias] = [
      device.allocate(rows, 1),
      device.allocate(rows, width),
      device.allocate(classes, width),
      device.allocate(1, classes),
    ]
    const gradients = { scale: 0.1, x: dx, weight: dweight, bias: dbias }
    device.linearCrossEntropy(losses, { ...call, labels }, gradients)
    const results = [losses, dx, dweight, dbias].map(matrix => device.read(matrix))
    for (const matrix of [...Object.values(call), losses, dx, dweight, dbias]) device.release(matrix)
    return results
  }),
)

const SHAPES = [
  { inputSize: 3, hiddenSize: 5, lengths: [4, 2, 2, 1] },
  { inputSize: 9, hiddenSize: 24, lengths: [12, 12, 11, 9, 9, 8, 5, 5, 3, 2, 1, 1] },
  // One sequence: the kernels for single rows.
  { inputSize: 66, hiddenSize: 72, lengths: [3] },
  // More than one chunk.
  { inputSize: 2, hiddenSize: 16, lengths: [...Array<number>(38).fill(8), 7, 5] },
]

for (const [name, cell] of Object.entries(testCells)) {
  sameBits(`${name}, forward and backward`, device =>
    SHAPES.flatMap(shape => {
      const call = recurrentCall(cell, shape)
      const own = { ...call, ...copied(device, { x: call.x, weights: call.weights, initial: call.initial }) }
      const result = copied(device, emptyResult(call))
      device.recurrentForward(own, result, true)
      const gradients = copied(device, gradientsOf(call))
      device.recurrentBackward(own, result, gradients)
      const { x, weights, initial } = gradients
      return matricesOf([result, x, weights, initial]).map(matrix => device.read(matrix))
    }),
  )
}

sameBits('steps whose weights are kept between calls', device =>
  [1, 3].flatMap(batch => {
    const call = recurrentCall(lstm, { inputSize: 70, hiddenSize: 72, lengths: Array<number>(batch).fill(1) })
    const own = { ...call, ...copied(device, { x: call.x, weights: call.weights, initial: call.initial }) }
    const { states, last } = copied(device, emptyResult(call))
    const step = { ...own, cell: compileCell(lstm), noise: null }
    const result = { states: { h: states.h }, last, saved: [], operands: [], recorded: {} }
    return [1, 2, 3].flatMap(() => {
      device.recurrentForward(step, result, false)
      return [states.h, last.h, last.c].map(matrix => device.read(matrix))
    })
  }),
)

/** The same structure with the matrices of the reference device on another one. */
function copied<T>(device: WasmDevice, value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if ('stride' in value) {
    const { rows, columns } = value as unknown as Matrix
    return put(device, { rows, columns, values: [...reference.read(value as unknown as Matrix)] }) as T
  }
  if (Array.isArray(value)) return value.map(v => copied(device, v)) as T
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copied(device, v)])) as T
}

function matricesOf(value: unknown): Matrix[] {
  if (typeof value !== 'object' || value === null) return []
  return 'stride' in value ? [value as unknown as Matrix] : Object.values(value).flatMap(matricesOf)
}

test('a training run gives the same bytes with one thread and with three', async () => {
  const bytes: Uint8Array[] = []
  const before = defaultDevice()
  for (const device of [createWasmDevice(), await deviceWith(3)]) {
    setDefaultDevice(device)
    const options = { hidden: 24, embedding: 12, epochs: 2, batch: 16, bidirectional: true, dropout: 0.3 }
    bytes.push((await TextClassifier.train(madeUpTexts(english, 90), options)).toBytes())
  }
  setDefaultDevice(before)
  assert.deepEqual(bytes[1], bytes[0])
})

test('a thousand steps use the same memory again, and workers see it grow', async () => {
  const device = await deviceWith(2)
  const weight = put(device, values(40, 48, 1))
  let grownTo = 0
  for (let step = 0; step < 1000; step++) {
    const rows = 1 + ((step * 7) % 20)
    const made = [device.allocate(rows, 48), device.allocate(rows, 40), device.allocate(rows, 40)]
    device.product(made[1], made[0], weight, { transposeB: true })
    device.softmax(made[2], made[1])
    for (const matrix of made) device.release(matrix)
    if (step === 40) grownTo = device.runtime.memory.bytes
  }
  assert.equal(device.runtime.memory.bytes, grownTo)
  // More than the memory had when the workers started.
  const [large, source] = [device.allocate(3000, 4000), device.allocate(3000, 4000)]
  device.write(device.rowsOf(source, 2999, 1), values(1, 4000, 2).values)
  device.copy(large, source)
  assert.equal(device.runtime.memory.bytes > grownTo, true)
  const last = device.read(device.rowsOf(large, 2999, 1))
  assert.deepEqual(last, Float32Array.from(values(1, 4000, 2).values))
})

test('beside two busy processes the results are the same', async () => {
  const busy = [0, 1].map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  try {
    const device = createWasmDevice()
    await startThreads(2, { device })
    const run = (d: WasmDevice) => {
      const c = d.allocate(200, 64)
      d.product(c, put(d, values(200, 300, 1)), put(d, values(300, 64, 2)))
      return d.read(c)
    }
    const expected = run(createWasmDevice())
    for (let i = 0; i < 30; i++) assert.deepEqual(run(device), expected)
    stopThreads({ device })
  } finally {
    for (const child of busy) child.kill()
  }
})

test('a process ends though its workers do not', () => {
  const source = `
    import { startThreads } from ${JSON.stringify(new URL('./threads.ts', import.meta.url).href)}
    console.log((await startThreads(3)).used)`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
  assert.equal(stdout, '3\n')
})

test('threads are a whole number; the reference device has one', async () => {
  const device = createWasmDevice()
  await assert.rejects(startThreads(0, { device }), { code: 'OPTION', message: /^threads: expected a whole number/ })
  await assert.rejects(startThreads(1.5, { device }), { code: 'OPTION' })
  assert.equal((await startThreads(1, { device })).used, 1)
  assert.equal((await startThreads(4, { device: reference })).used, 1)
})
