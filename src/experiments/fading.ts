/**
 * How far back does an answer depend on what was read? The gradient of the last answer with respect to each input, over
 * the steps between, before training and after.
 *
 * Data: the adding problem of Hochreiter & Schmidhuber 1997 over 50 to 55 steps (`memory-tasks.ts`), whose answer needs
 * two numbers, the other one read 25 steps before the end or more.
 *
 * Models, about 4,600 weights each: tanh RNN, GRU, LSTM with forget bias 0, 1, and chrono (Tallec & Ollivier 2018),
 * which sets the gates' biases for memories of up to 50 steps. All begin as PyTorch's do but for that.
 *
 * Measured on 256 new sequences: ‖∂answer / ∂x_t‖, its root mean square over the sequences, as a share of the largest
 * at any step; and how many steps before the end it has fallen below 1 % for good.
 */
import type { Cell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { Packed } from '../layers/packed.ts'
import { rowOfToken } from '../layers/packing.ts'
import { keyOf } from '../random/key.ts'
import { backward, step, sum, type Tensor, tensor } from '../tensor/index.ts'
import { hiddenSizeFor } from './equal-parameters.ts'
import type { Chart, Experiment, Extent, Figure } from './experiment.ts'
import { adding } from './memory-tasks.ts'
import { type MemoryTraining, trainOnMemory } from './memory-training.ts'
import { SequenceModel } from './sequence-model.ts'
import { overSeeds, type Watch } from './train-until.ts'

const WEIGHTS = 4600

/** Sequences that the gradient is taken over. */
const LOOKED_AT = 256

const EXTENTS: Readonly<Record<Extent, { delay: number; sequences: number }>> = {
  full: { delay: 50, sequences: 20_000 },
  quick: { delay: 50, sequences: 8000 },
  test: { delay: 30, sequences: 3000 },
}

const contenders: readonly {
  readonly name: string
  readonly cell: Cell
  readonly options?: Partial<MemoryTraining>
}[] = [
  { name: 'tanh RNN', cell: rnn, options: { learningRate: 0.003 } },
  { name: 'GRU', cell: gru },
  { name: 'LSTM, forget bias 0', cell: lstm, options: { forgetBias: 0 } },
  { name: 'LSTM, forget bias 1', cell: lstm },
  { name: 'LSTM, chrono', cell: lstm, options: { initialization: 'chrono' } },
]

export const experiment: Experiment = {
  question: 'How many steps back does an answer depend on what was read, before training and after?',
  seeds: { full: 5, quick: 1, test: 1 },
  async run(context) {
    const { extent } = context
    const { delay, sequences } = EXTENTS[extent]
    const results = await overSeeds(context, contenders, async ({ cell, options }, seed, watch: Watch) => {
      const hiddenSize = hiddenSizeFor(cell, adding.sizes(delay), WEIGHTS)
      const shape = { task: adding, delay, cell, hiddenSize }
      const training = { ...shape, batch: 8, sequences, learningRate: 0.01, ...options }
      const { forgetBias = 1, initialization } = options ?? {}
      const begin = { ...(initialization && { initialization, longest: delay }), forgetBias, seed }
      const untrained = new SequenceModel(cell, { ...adding.sizes(delay), hiddenSize, ...begin })
      const before = gradientOverTime(untrained, delay, seed)
      const { model, shown } = await trainOnMemory(training, seed, watch)
      return { before, after: gradientOverTime(model, delay, seed), shown }
    })
    const reach = (when: 'before' | 'after', what: string) =>
      results.map(
        ({ of, runs }): Figure => ({
          of: of.name,
          what,
          digits: 0,
          better: null,
          values: runs.map(run => stepsAbove(run[when], 0.01)),
        }),
      )
    const learned = results.map(
      ({ of, runs }): Figure => ({
        of: of.name,
        what: `seeds that learn to add within ${sequences.toLocaleString('en')} sequences`,
        digits: 0,
        unit: '%',
        better: null,
        values: runs.map(({ shown }) => (shown === null ? 0 : 100)),
      }),
    )
    const chart = (when: 'before' | 'after', title: string): Chart => ({
      name: when,
      title,
      x: { label: 'steps before the end' },
      y: { label: 'gradient, as a share of the largest', scale: 'log', domain: [1e-6, 1] },
      series: results.map(({ of, runs }) => ({
        name: of.name,
        points: runs[0][when].map((_, k) => [k, Math.max(1e-6, geometricMean(runs.map(run => run[when][k])))] as const),
      })),
      levels: [{ name: '1 %', y: 0.01 }],
    })
    return {
      figures: [
        ...reach('before', 'steps back until the gradient is below 1 %, before training'),
        ...reach('after', 'steps back until the gradient is below 1 %, after training'),
        ...learned,
      ],
      charts: [
        chart('before', 'How the last answer depends on each input, before training'),
        chart('after', 'How the last answer depends on each input, after training'),
      ],
    }
  },
}

/**
 * The gradient of the last answer to the input so many steps before the end, [steps of the shortest sequence]: the norm
 * over the input's numbers, root mean square over sequences, as a share of the largest.
 */
export function gradientOverTime(model: SequenceModel, delay: number, seed: number): number[] {
  return step(() => {
    const { values, packing } = adding.draw(keyOf(seed, 'fading'), LOOKED_AT, delay).inputs
    const leaf = tensor(values.toArray(), values.shape, { requiresGradient: true })
    // Sequences do not meet, so the gradient of the sum of their answers is each one's own.
    backward(sum(model.last(new Packed(leaf, packing))))
    const [gradient, width] = [(leaf.gradient as Tensor).toArray(), values.shape[1]]
    for (const parameter of model.parameters().values()) parameter.gradient = null
    const squares = Array.from({ length: delay }, (_, k) => {
      let total = 0
      for (const [b, length] of packing.lengths.entries()) {
        const row = rowOfToken(packing, b, length - 1 - k) * width
        for (let i = row; i < row + width; i++) total += gradient[i] ** 2
      }
      return total
    })
    const largest = Math.max(...squares)
    return squares.map(square => Math.sqrt(square / largest))
  })
}

/** How many steps before the end lies the last value that is not below the share; one more than that. */
export const stepsAbove = (shares: readonly number[], share: number): number =>
  shares.findLastIndex(value => value >= share) + 1

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((total, value) => total + Math.log(value), 0) / values.length)
