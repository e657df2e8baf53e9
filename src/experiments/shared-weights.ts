/**
 * What is it worth that a recurrent net has the same weights at every step, against a fully connected net with weights
 * of its own for each place of a window?
 *
 * Data: sequences of four letters; asked is whether "ab" occurs in them, anywhere. Half have it at one random place;
 * from the others every "ab" has been taken out. 2,000 sequences of T letters to learn from, 1,000 others to judge,
 * for T = 10, 20, 40, 80.
 *
 * Models: an LSTM of 16 units that reads letter by letter, its gates' biases set for memories of T steps (chrono,
 * Tallec & Ollivier 2018), and a net with one hidden layer of 64 relu units that sees all T letters at once.
 *
 * Measured: weights; share right at the length T; and, with the same weights, at 2T and 10T. There the connected net
 * can only look at the last T letters; the LSTM reads on.
 */
import { lstm } from '../cells/lstm.ts'
import { Linear } from '../layers/linear.ts'
import { integerBelow, permutation } from '../random/draw.ts'
import { keyOf, type RandomKey, subkey } from '../random/key.ts'
import { crossEntropy, noGradient, relu, step, type Tensor, tensor } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import type { Experiment, Extent, Figure, Findings } from './experiment.ts'
import { oneHot, SequenceModel } from './sequence-model.ts'
import { overSeeds, trainUntil, type Watch } from './train-until.ts'

const [LETTERS, A, B] = [4, 0, 1]
const [HIDDEN, CONNECTED] = [16, 64]
const BATCH = 32
/** Of what was learned from: the lengths that are judged. */
const TIMES = [1, 2, 10] as const

const EXTENTS: Readonly<
  Record<Extent, { lengths: readonly number[]; training: number; judged: number; epochs: number }>
> = {
  full: { lengths: [10, 20, 40, 80], training: 2000, judged: 1000, epochs: 30 },
  quick: { lengths: [10, 40], training: 2000, judged: 500, epochs: 12 },
  test: { lengths: [16], training: 1000, judged: 300, epochs: 15 },
}

/** Sequences as letters 0 to 3, and whether each has the pair. */
export interface Letters {
  readonly sequences: readonly (readonly number[])[]
  readonly labels: Int32Array
}

/** What both kinds of net are to the experiment. */
interface Net {
  readonly parameters: ReadonlyMap<string, Tensor>
  /** [B, 2]. */
  answers(sequences: readonly (readonly number[])[]): Tensor
}

const kinds = [
  { name: 'LSTM', make: recurrentNet },
  { name: 'fully connected', make: connectedNet },
] as const

export const experiment: Experiment = {
  question: 'What is it worth that a recurrent net has the same weights at every step?',
  seeds: { full: 5, quick: 1, test: 1 },
  async run(context) {
    const { lengths } = EXTENTS[context.extent]
    const contenders = lengths.flatMap(length => kinds.map(kind => ({ ...kind, kind: kind.name, length })))
    const results = await overSeeds(context, contenders, ({ make, length }, seed, watch) =>
      run(make(length, seed), length, seed, context.extent, watch),
    )
    const figures = results.flatMap(({ of: { kind, length }, runs }): Figure[] => [
      {
        of: `${kind}, T = ${length}`,
        what: 'weights',
        digits: 0,
        better: 'lower',
        values: [runs[0].weights],
      },
      ...TIMES.map(
        (times, k): Figure => ({
          of: `${kind}, T = ${length}`,
          what: times === 1 ? 'right at T' : `right at ${times} T`,
          digits: 1,
          unit: '%',
          better: 'higher',
          values: runs.map(({ right }) => 100 * right[k]),
        }),
      ),
    ])
    type Run = (typeof results)[number]['runs'][number]
    const against = (of: string, value: (run: Run) => number) =>
      results
        .filter(({ of: { kind } }) => kind === of)
        .map(({ of: { length }, runs }) => [length, runs.reduce((sum, r) => sum + value(r), 0) / runs.length] as const)
    const x = { label: 'T, the length that was learned from', scale: 'log' } as const
    return {
      figures,
      charts: [
        {
          name: 'weights',
          title: 'Weights, as sequences grow longer',
          x,
          y: { label: 'weights', scale: 'log' },
          series: kinds.map(({ name }) => ({ name, points: against(name, run => run.weights) })),
        },
        {
          name: 'right',
          title: 'Does "ab" occur? Learned from 2,000 sequences of T letters',
          x,
          y: { label: 'share right, mean of seeds', domain: [0.4, 1] },
          series: kinds.flatMap(({ name }) =>
            TIMES.map((times, k) => ({
              name: `${name}, at ${times === 1 ? 'T' : `${times} T`}`,
              points: against(name, run => run.right[k]),
            })),
          ),
          levels: [{ name: 'guessing', y: 0.5 }],
        },
      ],
    } satisfies Findings
  },
}

async function run(net: Net, length: number, seed: number, extent: Extent, watch: Watch) {
  const { training, judged, epochs } = EXTENTS[extent]
  const learned = drawLetters(keyOf(seed, 'shared weights training', length), training, length)
  const steps = Math.floor(training / BATCH)
  const shareRight = ({ sequences, labels }: Letters) => {
    const outputs = noGradient(() => step(() => net.answers(sequences).toArray()))
    return (
      labels.reduce((sum, label, b) => sum + (outputs[2 * b + label] > outputs[2 * b + 1 - label] ? 1 : 0), 0) /
      labels.length
    )
  }
  await trainUntil({
    ...watch,
    parameters: net.parameters,
    loss: count => {
      const [epoch, place] = [Math.floor((count - 1) / steps), (count - 1) % steps]
      const order = permutation(keyOf(seed, 'shared weights order', epoch), training)
      const chosen = order.subarray(place * BATCH, (place + 1) * BATCH)
      const sequences = Array.from(chosen, b => learned.sequences[b])
      return crossEntropy(
        net.answers(sequences),
        chosen.map(b => learned.labels[b]),
      )
    },
    optimizer: adam,
    learningRate: 0.005,
    clipNorm: 1,
    steps: steps * epochs,
    every: steps * epochs,
    judge: () => 0,
  })
  const right = TIMES.map(times =>
    shareRight(drawLetters(keyOf(seed, 'shared weights test', length, times), judged, length * times)),
  )
  const weights = [...net.parameters.values()].reduce((sum, { shape }) => sum + shape.reduce((n, s) => n * s, 1), 0)
  return { right, weights }
}

/** Half with one "ab", at a random place, half without. */
export function drawLetters(key: RandomKey, count: number, length: number): Letters {
  const labels = Int32Array.from({ length: count }, (_, b) => b % 2)
  const sequences = Array.from(labels, (label, b) => {
    const own = subkey(key, b)
    const letters = Array.from({ length }, (_, t) => integerBelow(own, t, LETTERS))
    const place = integerBelow(own, length, length - 1)
    if (label === 1) letters.splice(place, 2, A, B)
    // What a chance "ab" ends with becomes a letter that is neither.
    for (let t = 1; t < length; t++) {
      if (letters[t - 1] === A && letters[t] === B && !(label === 1 && t === place + 1)) letters[t] = LETTERS - 1
    }
    return letters
  })
  return { sequences, labels }
}

function recurrentNet(length: number, seed: number): Net {
  const chrono = { initialization: 'chrono', longest: length } as const
  const model = new SequenceModel(lstm, { inputSize: LETTERS, outputSize: 2, hiddenSize: HIDDEN, seed, ...chrono })
  return { parameters: model.parameters(), answers: sequences => model.last(oneHot(sequences, LETTERS)) }
}

/** Sees the last `length` letters. */
function connectedNet(length: number, seed: number): Net {
  const first = new Linear({ inputSize: length * LETTERS, outputSize: CONNECTED, seed })
  const second = new Linear({ inputSize: CONNECTED, outputSize: 2, seed: seed + 1000 })
  const named = (layer: Linear, name: string) =>
    [...layer.parameters()].map(([part, t]): [string, Tensor] => [`${name}.${part}`, t])
  return {
    parameters: new Map([...named(first, 'first'), ...named(second, 'second')]),
    answers(sequences) {
      const values = new Float32Array(sequences.length * length * LETTERS)
      for (const [b, letters] of sequences.entries()) {
        for (const [t, letter] of letters.slice(-length).entries()) values[(b * length + t) * LETTERS + letter] = 1
      }
      return second.forward(relu(first.forward(tensor(values, [sequences.length, length * LETTERS]))))
    },
  }
}
