/**
 * The same bits whether vectors are joined to 256 bits or not, and whichever of its compilers the engine uses.
 *
 * Flags of the engine hold for a whole process, so this file runs itself once for each setting and compares what the
 * runs print.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { add, apply, mul, sigmoid, sub, tanh, variable } from '../../formula/expression.ts'
import { operations } from '../../formula/operations.ts'
import { program } from '../../formula/program.ts'
import type { Matrix } from '../device.ts'
import { createWasmDevice, type WasmDeviceOptions } from './wasm-device.ts'
import type { WasmMatrix } from './wasm-matrix.ts'

const FLAGS = 'SLUICE_TEST_ENGINE_FLAGS'
/** Compile with the optimizing compiler at once; and join vectors. */
const OPTIMIZED = '--no-liftoff'
const JOINED = '--experimental-wasm-revectorize'

/** One line for each setting of the device that has bits of its own. */
function digests(): string[] {
  return (['relaxed', 'plain'] as const).flatMap(arithmetic =>
    [false, true].map(wide => `${arithmetic} ${digest({ arithmetic, wide })}`),
  )
}

/** A hash of the results of every kernel. */
function digest(options: WasmDeviceOptions): string {
  const device = createWasmDevice(options)
  const hash = createHash('sha256')
  const keep = (...matrices: Matrix[]) => {
    for (const matrix of matrices) hash.update(device.read(matrix))
  }
  const make = (rows: number, columns: number, seed: number) => {
    const matrix = device.allocate(rows, columns)
    device.write(
      matrix,
      Float32Array.from({ length: rows * columns }, (_, i) => 3 * Math.sin(seed + i * 1.7)),
    )
    return matrix
  }
  const run = (outputs: Parameters<typeof program>[0]) => {
    const p = program(outputs)
    const results = p.outputs.map(() => device.allocate(9, 37))
    const inputs = p.inputs.map((_, i) => make(9, 37, i))
    device.pointwise(p, { inputs, outputs: results })
    keep(...results)
  }
  for (const [name, { arity }] of Object.entries(operations)) {
    const names = ['a', 'b', 'x', 'y'].slice(0, arity)
    run([{ name, value: apply(name, names.map(variable)) }])
  }
  const c = add(mul(sigmoid(variable('f')), variable('c')), mul(sigmoid(variable('i')), tanh(variable('g'))))
  run([
    { name: 'c', value: c },
    { name: 'h', value: mul(sigmoid(variable('o')), tanh(c)) },
    { name: 'd', value: mul(variable('d'), sub(1, mul(c, c))), accumulate: true },
  ])
  for (const rows of [1, 2, 23]) {
    const product = device.allocate(rows, 61)
    device.product(product, make(rows, 300, 1), make(300, 61, 2))
    keep(product)
  }
  const { products, runtime } = device
  const [a, b, single] = [make(1, 300, 1), make(300, 192, 2), device.allocate(1, 192)] as WasmMatrix[]
  const packed = runtime.memory.allocate(4 * products.packedFloats(300, 192))
  products.packForRow(packed, b.address, 4 * b.stride, 4, 300, 192)
  products.multiplyRow(single.address, a.address, packed, single.address, 300, 192)
  keep(single)
  const [source, probabilities, losses, row] = [
    make(9, 37, 5),
    device.allocate(9, 37),
    device.allocate(9, 1),
    make(1, 37, 6),
  ]
  device.softmax(probabilities, source)
  keep(probabilities)
  device.softmaxCrossEntropy(losses, source, new Int32Array(9).fill(4), probabilities)
  device.sumColumns(row, source, true)
  keep(probabilities, losses, row)
  device.reduceRows(losses, source, 'sum')
  keep(losses)
  hash.update(String(device.sumOfSquares(source)))
  return hash.digest('hex')
}

const flags = process.env[FLAGS]
if (flags !== undefined) {
  if (flags !== '') setFlagsFromString(flags)
  console.log(digests().join('\n'))
} else {
  const linesWith = (engineFlags: string) => {
    const env = { ...process.env, [FLAGS]: engineFlags }
    const { stdout, stderr, status } = spawnSync(process.execPath, [import.meta.filename], { env, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return stdout.trim().split('\n')
  }
  test('narrow and wide tiles, joined vectors and either compiler give the same bits', () => {
    const expected = linesWith('')
    assert.equal(expected.length, 4)
    assert.equal(expected[0], expected[1], 'relaxed: narrow and wide')
    assert.equal(expected[2], expected[3], 'plain: narrow and wide')
    assert.deepEqual(linesWith(OPTIMIZED), expected)
    assert.deepEqual(linesWith(`${OPTIMIZED} ${JOINED}`), expected)
  })
}
