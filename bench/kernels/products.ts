/**
 * How fast each product of a recurrent pass runs alone, on packed panels: GFLOP/s of the best of many runs, one thread.
 *
 *     node bench/kernels/products.ts [--narrow] [--sizes 32x128x128,64x256x512]      batch x inputSize x hiddenSize
 */
import { parseArgs } from 'node:util'
import { createWasmDevice } from '../../src/devices/wasm/wasm-device.ts'
import { enableWideVectors } from '../../src/platform/node/index.ts'

const { values } = parseArgs({
  options: {
    narrow: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '32x128x128,64x256x512,32x1024x1024,1x128x128' },
  },
})
if (!values.narrow) enableWideVectors()
const { products, runtime } = createWasmDevice()
const { memory } = runtime

for (const size of values.sizes.split(',')) {
  const [batch, inputSize, hiddenSize] = size.split('x').map(Number)
  const tokens = Math.max(batch, Math.floor(256 / batch) * batch)
  const gates = 4 * hiddenSize
  const report = [
    ['input', tokens, inputSize, gates],
    ['step', batch, hiddenSize, gates],
    ['half of a step', Math.ceil(batch / 2), hiddenSize, gates],
    ['step back', batch, gates, hiddenSize],
    ['dX', tokens, gates, inputSize],
    ['dW', inputSize, tokens, gates, true],
  ] as const
  for (const [name, rows, k, columns, isTransposed] of report) {
    console.log(`${size} ${name.padEnd(15)} ${rate(rows, k, columns, isTransposed).toFixed(1)} GFLOP/s`)
  }
}

function rate(rows: number, k: number, columns: number, isTransposed = false): number {
  const stride = isTransposed ? rows : k
  const [aBytes, bBytes, cBytes] = [4 * rows * k, 4 * products.packedFloats(k, columns), 4 * rows * columns]
  const [a, b, c] = [memory.allocate(aBytes, true), memory.allocate(bBytes, true), memory.allocate(cBytes, true)]
  const [aRow, aK] = isTransposed ? [4, 4 * stride] : [4 * stride, 4]
  let best = Infinity
  for (const end = performance.now() + 700; performance.now() < end; ) {
    const start = performance.now()
    products.multiply(a, aRow, aK, b, c, 4 * columns, rows, k, columns)
    best = Math.min(best, performance.now() - start)
  }
  memory.release(a, aBytes)
  memory.release(b, bBytes)
  memory.release(c, cBytes)
  return (2 * rows * k * columns) / best / 1e6
}
