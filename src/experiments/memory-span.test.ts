import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lstm } from '../cells/lstm.ts'
import type { Packed } from '../layers/packed.ts'
import { rowOfToken } from '../layers/packing.ts'
import { keyOf } from '../random/key.ts'
import { step, tensor } from '../tensor/index.ts'
import { countParameters, hiddenSizeFor } from './equal-parameters.ts'
import { experiment } from './memory-span.ts'
import { adding, copying, longLag, type MemoryTask, temporalOrder } from './memory-tasks.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'
import { SequenceModel } from './sequence-model.ts'

/** The numbers of each step of each sequence. */
function stepsOf({ values, packing }: Packed): number[][][] {
  const [flat, width] = [values.toArray(), values.shape[1]]
  return Array.from(packing.lengths, (length, b) =>
    Array.from({ length }, (_, t) => {
      const row = rowOfToken(packing, b, t)
      return [...flat.subarray(row * width, (row + 1) * width)]
    }),
  )
}

const symbolsOf = (steps: readonly number[][]) => steps.map(ones => ones.indexOf(1))

/** Somebody who knows the task, and says each step's answer from the steps up to it; how sure is `size`. */
const solvers: readonly (readonly [MemoryTask, (seen: readonly number[][], size: number) => number[]])[] = [
  [adding, seen => [0.5 + seen.filter(([, mark]) => mark === 1).reduce((sum, [x]) => sum + x, 0) / 4]],
  [
    temporalOrder,
    (seen, size) => {
      const asked = symbolsOf(seen).filter(symbol => symbol >= 6)
      return [0, 1, 2, 3].map(c => (c === 2 * (asked[0] - 6) + (asked[1] - 6) ? size : 0))
    },
  ],
  [
    longLag,
    (seen, size) => {
      const [symbols, p] = [symbolsOf(seen), seen[0].length - 1]
      const next = symbols.length === p ? symbols[0] : symbols.length - 1
      return Array.from({ length: p + 1 }, (_, c) => (c === next ? size : 0))
    },
  ],
  [
    copying,
    (seen, size) => {
      const symbols = symbolsOf(seen)
      const begun = symbols.indexOf(5)
      return [0, 1, 2, 3].map(c => (begun >= 0 && c === symbols[symbols.length - 1 - begun] ? size : 0))
    },
  ],
]

for (const [task, solve] of solvers) {
  test(`${task.name}: who knows the task is right, who is not sure is wrong`, () => {
    const [delay, count] = [30, 50]
    const share = (size: number, shift: number) =>
      step(() => {
        const asked = task.draw(keyOf(1, 'test'), count, delay)
        const model = new SequenceModel(lstm, { ...task.sizes(delay), hiddenSize: 2, seed: 1 })
        const all = stepsOf(asked.inputs)
        const width = task.sizes(delay).outputSize
        const answer = (b: number, t: number) => solve(all[b].slice(0, t + 1), size).map(y => y + shift)
        model.last = () => tensor(all.map((steps, b) => answer(b, steps.length - 1)))
        model.each = ({ packing }) => {
          const values = new Float32Array(packing.tokens * width)
          for (const [b, steps] of all.entries()) {
            for (const t of steps.keys()) values.set(answer(b, t), rowOfToken(packing, b, t) * width)
          }
          return tensor(values, [packing.tokens, width])
        }
        const { errors, tolerance } = asked.answersOf(model)
        return errors.filter(error => error < tolerance).length / count
      })
    assert.equal(share(20, 0), 1)
    if (task === adding) assert.equal(share(20, 0.5), 0)
    else assert.equal(share(0, 0), 0)
  })
}

test('models of equal weight', () => {
  for (const hiddenSize of [3, 32]) {
    const sizes = { inputSize: 2, outputSize: 1 }
    const count = countParameters(lstm, sizes, hiddenSize)
    assert.equal(count, new SequenceModel(lstm, { ...sizes, hiddenSize, seed: 1 }).parameterCount)
    assert.equal(hiddenSizeFor(lstm, sizes, count), hiddenSize)
  }
})

test('the gated cells learn to add over thirty steps, the RNN does not', async () => {
  const findings = await findingsOf(experiment)
  assert.deepEqual(valuesOf(findings, 'LSTM', 'learn it'), [100])
  assert.deepEqual(valuesOf(findings, 'GRU', 'learn it'), [100])
  assert.deepEqual(valuesOf(findings, 'RNN', 'learn it'), [0])
  assert.ok(valuesOf(findings, 'LSTM', 'RMSE')[0] < 0.05)
  assert.ok(valuesOf(findings, 'RNN', 'RMSE')[0] > 0.2)
})

test('over a lag without noise the LSTM of 1997 is ahead of one whose gates begin half open', async () => {
  const findings = await findingsOf(experiment, { variant: 'delays' })
  assert.deepEqual(valuesOf(findings, 'LSTM of 1997', 'long lag'), [100])
  assert.deepEqual(valuesOf(findings, 'forget bias 0', 'long lag'), [0])
})
