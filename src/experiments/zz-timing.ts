import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { useWasm } from '../cli/device.ts'
import { uniforms } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { mean, mul, sub, tensor } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import { packedRows, SequenceModel } from './sequence-model.ts'
import { trainUntil } from './train-until.ts'

await useWasm({ threads: 1 })
for (const [name, cell, H, B, T] of [
  ['lstm', lstm, 32, 20, 105],
  ['lstm', lstm, 32, 50, 105],
  ['lstm', lstm, 32, 100, 105],
  ['gru', gru, 37, 20, 105],
  ['rnn', rnn, 66, 20, 105],
  ['lstm', lstm, 4, 20, 105],
  ['lstm', lstm, 4, 1, 105],
] as const) {
  const model = new SequenceModel(cell, { inputSize: 2, outputSize: 1, hiddenSize: H, seed: 1 })
  const t0 = performance.now()
  const steps = 30
  await trainUntil({
    parameters: model.parameters(),
    optimizer: adam,
    learningRate: 0.01,
    clipNorm: 1,
    steps,
    every: 1000,
    judge: () => 0,
    loss: s => {
      const u = uniforms(keyOf(s, 'x'), B * T * 2)
      const x = packedRows(new Int32Array(B).fill(T), 2, (v, at, b, t) => {
        v[at] = u[(b * T + t) * 2]
        v[at + 1] = 0
      })
      const d = sub(model.last(x), tensor(new Float32Array(B), [B, 1]))
      return mean(mul(d, d))
    },
  })
  console.log(name, H, B, T, model.parameterCount, ((performance.now() - t0) / steps).toFixed(2), 'ms a step')
}
