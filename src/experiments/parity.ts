/**
 * Can it tell whether it has seen an odd number of ones? And of sequences that are longer than any it has learned from?
 *
 * Data: random bits, made up as they are needed, 1 to 40 to learn from. After each bit the answer is asked for.
 *
 * Models, one layer and about 3,000 weights each: cells whose next state depends on the last one through a function
 * that is not linear (RNN, GRU, LSTM, and the sLSTM of Beck et al. 2024), and a gated recurrence that is linear in its
 * state (minGRU of Feng et al. 2024), also in three layers. minGRU keeps a share of 0 to 1 of its state, whatever it
 * reads; one more linear recurrence may turn its state round. Those not built in are written as a user's own cells
 * (`state-tracking-cells.ts`).
 *
 * Measured: the share of right answers after 41 to 256 bits, on 256 new sequences; guessing gives half. Delétang et al.
 * 2023 and Beck et al. 2024 train on as many bits, ask only at the end, and test to 500 and 256.
 */
import type { Cell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { packIds, rowOfToken } from '../layers/packing.ts'
import { integerBelow } from '../random/draw.ts'
import { keyOf, type RandomKey, subkey } from '../random/key.ts'
import { crossEntropy } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import { hiddenSizeFor } from './equal-parameters.ts'
import type { Experiment, Extent, Figure, Findings } from './experiment.ts'
import { oneHot, SequenceModel } from './sequence-model.ts'
import { minGru, signedLinear, sLstm } from './state-tracking-cells.ts'
import { overSeeds, trainUntil, type Watch } from './train-until.ts'

const SIZES = { inputSize: 2, outputSize: 2 }
const WEIGHTS = 3000

interface Contender {
  readonly name: string
  readonly cell: Cell
  readonly layers?: number
  readonly learningRate: number
  /** As the summary says. */
  readonly known?: Pick<Figure, 'published' | 'goal' | 'better'>
}

const solves: Pick<Figure, 'goal' | 'better'> = { better: 'higher', goal: 99 }
const fails: Pick<Figure, 'goal' | 'better'> = { better: 'lower', goal: 60 }

const contenders: readonly Contender[] = [
  {
    name: 'LSTM',
    cell: lstm,
    learningRate: 0.01,
    known: { ...solves, published: { value: 100, source: 'Delétang et al. 2023, table 1' } },
  },
  {
    name: 'sLSTM',
    cell: sLstm,
    learningRate: 0.01,
    known: { ...solves, published: { value: 100, source: 'Beck et al. 2024, figure 4' } },
  },
  { name: 'minGRU', cell: minGru, learningRate: 0.01, known: fails },
  { name: 'minGRU, three layers', cell: minGru, layers: 3, learningRate: 0.01, known: fails },
  { name: 'linear, may turn its state round', cell: signedLinear, learningRate: 0.01 },
  { name: 'GRU', cell: gru, learningRate: 0.01 },
  {
    name: 'tanh RNN',
    cell: rnn,
    learningRate: 0.003,
    known: { better: null, published: { value: 100, source: 'Delétang et al. 2023, table 1' } },
  },
]

const EXTENTS: Readonly<Record<Extent, { steps: number; longest: number; judged: number; among: number }>> = {
  full: { steps: 2500, longest: 40, judged: 256, among: 256 },
  quick: { steps: 600, longest: 40, judged: 256, among: 64 },
  test: { steps: 400, longest: 20, judged: 60, among: 64 },
}

const BATCH = 32

export const experiment: Experiment = {
  question: 'Which cell can tell odd from even, of sequences longer than any it has learned from?',
  seeds: { full: 5, quick: 1, test: 1 },
  async run(context) {
    const { extent } = context
    const chosen = extent === 'full' ? contenders : contenders.slice(0, 3)
    const results = await overSeeds(context, chosen, (contender, seed, watch) => run(contender, seed, extent, watch))
    const { longest, judged } = EXTENTS[extent]
    const shares = (from: number, to: number, what: string) =>
      results.map(
        ({ of: { name, known }, runs }): Figure => ({
          of: name,
          what,
          digits: 1,
          unit: '%',
          better: null,
          values: runs.map(right => 100 * meanOf(right.slice(from - 1, to))),
          ...(from > longest && known),
        }),
      )
    return {
      figures: [
        ...shares(longest + 1, judged, `right after ${longest + 1} to ${judged} bits`),
        ...shares(1, longest, `right after 1 to ${longest} bits`),
      ],
      charts: [
        {
          name: 'right',
          title: `Odd or even, learned from at most ${longest} bits`,
          x: { label: 'bits read' },
          y: { label: 'share right, mean of seeds', domain: [0.4, 1] },
          series: results.map(({ of: { name }, runs }) => ({
            name,
            points: each(Math.floor(judged / 4), k => {
              const places = [4 * k, 4 * k + 1, 4 * k + 2, 4 * k + 3]
              return [4 * k + 2.5, meanOf(runs.map(right => meanOf(places.map(t => right[t]))))] as const
            }),
          })),
          levels: [{ name: 'guessing', y: 0.5 }],
        },
      ],
    } satisfies Findings
  },
}

/** Trains. @returns  After each number of bits, the share of right answers. */
async function run({ cell, layers = 1, learningRate }: Contender, seed: number, extent: Extent, watch: Watch) {
  const { steps, longest, judged, among } = EXTENTS[extent]
  // Layers above the first read hidden states; a third of the weights each is near enough.
  const hidden = layers === 1 ? hiddenSizeFor(cell, SIZES, WEIGHTS) : Math.round(Math.sqrt(WEIGHTS / (2 * layers)))
  const hiddenSize = new Array<number>(layers).fill(hidden)
  const model = new SequenceModel(cell, { ...SIZES, hiddenSize, seed })
  const key = keyOf(seed, 'parity training')
  let right: number[] = []
  await trainUntil({
    ...watch,
    parameters: model.parameters(),
    loss: count => {
      const drawn = subkey(key, count)
      const sequences = each(BATCH, b => bits(subkey(drawn, b), 1 + integerBelow(drawn, b, longest)))
      const inputs = oneHot(sequences, 2)
      return crossEntropy(model.each(inputs), packIds(inputs.packing, sequences.map(oddness)))
    },
    optimizer: adam,
    // A fifth of the way at full rate, then down in a line to 0.
    learningRate: count => learningRate * Math.min(1, (1.25 * (steps - count)) / steps),
    clipNorm: 1,
    steps,
    every: steps,
    judge: () => {
      right = shareRight(model, keyOf(seed, 'parity test'), among, judged)
      return meanOf(right)
    },
  })
  return right
}

const each = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k))

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const bits = (key: RandomKey, length: number): number[] => each(length, t => integerBelow(key, t, 2))

/** After each bit: 1 if there have been an odd number of ones. */
export function oddness(sequence: readonly number[]): number[] {
  let odd = 0
  return sequence.map(bit => {
    odd ^= bit
    return odd
  })
}

function shareRight(model: SequenceModel, key: RandomKey, count: number, length: number): number[] {
  const sequences = each(count, b => bits(subkey(key, b), length))
  const inputs = oneHot(sequences, 2)
  const outputs = model.each(inputs).toArray()
  const right = new Array<number>(length).fill(0)
  for (const [b, answers] of sequences.map(oddness).entries()) {
    for (const [t, answer] of answers.entries()) {
      const row = 2 * rowOfToken(inputs.packing, b, t)
      if (outputs[row + answer] > outputs[row + 1 - answer]) right[t] += 1 / count
    }
  }
  return right
}
