/**
 * How long one recurrent layer takes, kernels and nothing else: forward alone, and with all gradients.
 *
 *     node bench/kernels/lstm.ts [small|medium|large|latency …] [--threads 1,2] [--rounds 31] [--narrow] [--cell lstm]
 *
 * The numbers of threads take turns within each round, so that what else runs on the machine meets all of them alike.
 * Printed: median and least over the rounds in ms, and GFLOP/s of the products alone by the median.
 */
import { parseArgs } from 'node:util'
import { createWasmDevice, type WasmDevice } from '../../src/devices/wasm/wasm-device.ts'
import { backward, cellNamed, noGradient, Recurrent, step, sum, tensor } from '../../src/index.ts'
import { drawn } from '../../src/layers/weight-source.ts'
import { enableWideVectors, startThreads } from '../../src/platform/node/index.ts'

const WORKLOADS = {
  small: { sequence: 128, batch: 32, inputSize: 128, hiddenSize: 128 },
  medium: { sequence: 64, batch: 64, inputSize: 256, hiddenSize: 512 },
  large: { sequence: 50, batch: 32, inputSize: 1024, hiddenSize: 1024 },
  latency: { sequence: 200, batch: 1, inputSize: 128, hiddenSize: 128 },
} as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '31' },
    cell: { type: 'string', default: 'lstm' },
    narrow: { type: 'boolean', default: false },
  },
})

console.log(values.narrow ? 'narrow' : `wide: ${enableWideVectors().reason}`)
const names = positionals.length > 0 ? (positionals as (keyof typeof WORKLOADS)[]) : Object.keys(WORKLOADS)
for (const name of names as (keyof typeof WORKLOADS)[]) await measure(name)

async function measure(name: keyof typeof WORKLOADS): Promise<void> {
  const { sequence, batch, inputSize, hiddenSize } = WORKLOADS[name]
  const runs: { label: string; flops: number; run: () => void; times: number[] }[] = []
  for (const threads of values.threads.split(',').map(Number)) {
    const device = createWasmDevice()
    await startThreads(threads, { device })
    const { train, infer } = layerOn(device, name)
    const blocks = values.cell === 'lstm' ? 4 : values.cell === 'gru' ? 3 : 1
    const flops = 2 * sequence * batch * blocks * hiddenSize * (inputSize + hiddenSize)
    runs.push({ label: `train ${threads}`, flops: 3 * flops, run: train, times: [] })
    runs.push({ label: `infer ${threads}`, flops, run: infer, times: [] })
  }
  for (let round = -2; round < Number(values.rounds); round++) {
    for (const { run, times } of runs) {
      // Once to wake everything. A single run is short enough to fall between two others of a busy machine.
      run()
      const start = performance.now()
      run()
      if (round >= 0) times.push(performance.now() - start)
    }
    await new Promise(resolve => setImmediate(resolve))
  }
  for (const { label, flops, times } of runs) {
    const sorted = times.toSorted((a, b) => a - b)
    const median = sorted[sorted.length >> 1]
    const rate = (flops / median / 1e6).toFixed(1)
    console.log(`${name} ${label}: ${median.toFixed(2)} ms, least ${sorted[0].toFixed(2)}, ${rate} GFLOP/s`)
  }
}

function layerOn(device: WasmDevice, name: keyof typeof WORKLOADS) {
  const { sequence, batch, inputSize, hiddenSize } = WORKLOADS[name]
  const layer = new Recurrent(cellNamed(values.cell), { inputSize, hiddenSize, source: drawn(device) })
  const count = sequence * batch * inputSize
  const x = tensor(
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.37)),
    [sequence, batch, inputSize],
    { device, requiresGradient: true },
  )
  const forward = () => layer.forward(x)
  return {
    train: () => step(() => backward(sum(forward().output))),
    infer: () => step(() => noGradient(() => void forward())),
  }
}
