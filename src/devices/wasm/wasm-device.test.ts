import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError } from '../../errors/errors.ts'
import { mul, sigmoid, variable } from '../../formula/expression.ts'
import { program } from '../../formula/program.ts'
import { createWasmDevice } from './wasm-device.ts'

test('ten thousand steps of changing size use the same memory again', () => {
  const device = createWasmDevice()
  const gate = program([{ name: 'y', value: mul(sigmoid(variable('x')), variable('x')) }])
  const weight = device.allocate(64, 48)
  let grownTo = 0
  for (let step = 0; step < 10_000; step++) {
    const rows = 1 + ((step * 7) % 20)
    const [x, y, z] = [device.allocate(rows, 48), device.allocate(rows, 64), device.allocate(rows, 64)]
    device.product(y, x, weight, { transposeB: true })
    device.pointwise(gate, { inputs: [y], outputs: [z] })
    device.softmax(z, z)
    for (const matrix of [x, y, z]) device.release(matrix)
    if (step === 40) grownTo = device.runtime.memory.bytes
  }
  assert.equal(device.runtime.memory.bytes, grownTo)
  device.release(weight)
})

test('matrices keep their place while the memory grows', () => {
  const device = createWasmDevice()
  const small = device.allocate(2, 3)
  device.write(small, [1, 2, 3, 4, 5, 6])
  const large = device.allocate(3000, 4000)
  device.fill(large, 2)
  assert.deepEqual([...device.read(small)], [1, 2, 3, 4, 5, 6])
  assert.equal(device.sumOfSquares(large), 4 * 3000 * 4000)
})

test('arithmetic is relaxed or plain, nothing else', () => {
  assert.equal(createWasmDevice({ arithmetic: 'plain' }).runtime.arithmetic.relaxed, false)
  const wrong = { arithmetic: 'fast' } as unknown as { arithmetic: 'plain' }
  assert.throws(
    () => createWasmDevice(wrong),
    (error: unknown) =>
      error instanceof OptionError && error.message === 'arithmetic: expected relaxed or plain, got "fast".',
  )
})
