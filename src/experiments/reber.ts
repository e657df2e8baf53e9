/**
 * Which cell learns the embedded Reber grammar, and which one goes on doing so when nobody says where strings end?
 *
 * Data: strings of the embedded Reber grammar (`reber-grammar.ts`). At each symbol the next one is foretold; the last
 * but one needs the second, six symbols or more before.
 *
 * - As Hochreiter & Schmidhuber 1997, experiment 1: 256 strings to train on and 256 others to test. Solved: on all 512,
 *   at every symbol, the outputs of the one or two symbols that may follow are the largest. Models: an LSTM, and a tanh
 *   RNN of about as many weights. Measured: how many of the seeds solve it, and after how many strings.
 * - `--continual`: as Gers, Schmidhuber & Cummins 2000, strings end to end, the state carried through all of them.
 *   Models: the LSTM with its forget gate and without. Measured: how often the last but one symbol of a string is
 *   foretold, T or P, in new streams of about a thousand strings each; guessing gives half.
 */
import type { Cell } from '../cells/define.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { without } from '../formula/rewrites.ts'
import { packIds, rowOfToken } from '../layers/packing.ts'
import { integerBelow } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { crossEntropy, type Tensor } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import { carriedOn, type StoredState, stored } from './carried-state.ts'
import type { Experiment, ExperimentContext, Figure, Findings } from './experiment.ts'
import { meanCurve } from './mean-curve.ts'
import { type EmbeddedString, embeddedStrings, SYMBOLS, type SymbolStream, symbolStream } from './reber-grammar.ts'
import { oneHot, SequenceModel } from './sequence-model.ts'
import { overSeeds, type SequenceTrainingResult, trainUntil, type Watch } from './train-until.ts'

export const experiment: Experiment = {
  question: 'Which cell learns the embedded Reber grammar, and which one when nobody says where strings end?',
  seeds: { full: 20, quick: 3, test: 2 },
  run: context => (context.variant === 'continual' ? continual(context) : strings(context)),
}

const inputsAndOutputs = { inputSize: SYMBOLS.length, outputSize: SYMBOLS.length }

interface Contender {
  readonly name: string
  readonly cell: Cell
  readonly hidden: number
  /** The better of 0.005 and 0.02. */
  readonly learningRate: number
}

/** About 3,400 weights each. */
const contenders: readonly Contender[] = [
  { name: 'LSTM, 24 units', cell: lstm, hidden: 24, learningRate: 0.02 },
  { name: 'tanh RNN, 50 units', cell: rnn, hidden: 50, learningRate: 0.005 },
]

/** Strings shown at most, of a step, and between two judgements. */
const [SHOWN, BATCH, EVERY] = [10_000, 2, 200]

async function strings(context: ExperimentContext): Promise<Findings> {
  const results = await overSeeds(context, contenders, trainOnStrings)
  const solved = (runs: readonly SequenceTrainingResult[]) =>
    runs.flatMap(({ solvedAt }) => (solvedAt === null ? [] : [solvedAt * BATCH]))
  const figures = results.flatMap(({ of: { name, cell }, runs }): Figure[] => [
    {
      of: name,
      what: `seeds that solve it within 10,000 strings`,
      digits: 0,
      unit: '%',
      better: cell === lstm ? 'higher' : null,
      values: runs.map(({ solvedAt }) => (solvedAt === null ? 0 : 100)),
      ...(cell === lstm && { goal: 100 }),
      published:
        cell === lstm
          ? { value: 100, source: 'Hochreiter & Schmidhuber 1997, table 1' }
          : { value: 0, source: 'Elman net, 15 units, 200,000 strings, the same table' },
    },
    ...(solved(runs).length === 0
      ? []
      : [
          {
            of: name,
            what: 'strings shown until it is solved',
            digits: 0,
            better: 'lower',
            values: solved(runs),
            published: { value: 8440, source: 'Hochreiter & Schmidhuber 1997, table 1' },
          } as const,
        ]),
  ])
  const chart = {
    name: 'solved',
    title: 'Embedded Reber grammar: strings foretold without a mistake',
    x: { label: 'strings shown' },
    y: { label: 'share of 512 strings, mean of seeds', domain: [0, 1] },
    series: results.map(({ of: { name }, runs }) => ({
      name,
      points: meanCurve(runs, EVERY / BATCH, SHOWN / BATCH, BATCH),
    })),
  } as const
  return { figures, charts: [chart] }
}

function trainOnStrings({ cell, hidden, learningRate }: Contender, seed: number, watch: Watch) {
  const training = embeddedStrings(keyOf(seed, 'reber training'), 256)
  const test = embeddedStrings(keyOf(seed, 'reber test'), 256, training)
  const model = new SequenceModel(cell, { ...inputsAndOutputs, hiddenSize: hidden, seed })
  const order = keyOf(seed, 'reber order')
  return trainUntil({
    ...watch,
    parameters: model.parameters(),
    loss: step => {
      const places = Array.from({ length: BATCH }, (_, b) => integerBelow(order, step * BATCH + b, training.length))
      return lossOf(
        model,
        places.map(place => training[place]),
      )
    },
    optimizer: adam,
    learningRate,
    clipNorm: 1,
    steps: SHOWN / BATCH,
    every: EVERY / BATCH,
    judge: () => shareRight(model, [...training, ...test]),
    isSolved: share => share === 1,
  })
}

/** Mean over all symbols but the last of each string. */
function lossOf(model: SequenceModel, batch: readonly EmbeddedString[]): Tensor {
  const inputs = oneHot(
    batch.map(({ symbols }) => symbols.slice(0, -1)),
    SYMBOLS.length,
  )
  const targets = packIds(
    inputs.packing,
    batch.map(({ symbols }) => symbols.slice(1)),
  )
  return crossEntropy(model.each(inputs), targets)
}

/** Share of strings of which at every symbol the outputs of those that may follow are the largest. */
function shareRight(model: SequenceModel, judged: readonly EmbeddedString[]): number {
  const inputs = oneHot(
    judged.map(({ symbols }) => symbols.slice(0, -1)),
    SYMBOLS.length,
  )
  const outputs = model.each(inputs).toArray()
  const isRight = ({ followers }: EmbeddedString, b: number) =>
    followers.every((allowed, t) => {
      const row = rowOfToken(inputs.packing, b, t) * SYMBOLS.length
      const values = SYMBOLS.map((_, symbol) => outputs[row + symbol])
      const least = Math.min(...allowed.map(symbol => values[symbol]))
      return values.every((value, symbol) => allowed.includes(symbol) || value < least)
    })
  return judged.filter(isRight).length / judged.length
}

/** Streams side by side, the symbols of a window, and those of a stream that is judged. */
const [STREAMS, WINDOW, JUDGED] = [10, 40, 14_000]

const WINDOWS = 2000

const withAndWithout: readonly { readonly name: string; readonly cell: Cell; readonly goal: Partial<Figure> }[] = [
  { name: 'LSTM, 12 units', cell: lstm, goal: { better: 'higher', goal: 0.99 } },
  { name: 'without its forget gate', cell: without(lstm, 'forgetGate'), goal: { better: 'lower', goal: 0.6 } },
]

async function continual(context: ExperimentContext): Promise<Findings> {
  const results = await overSeeds(context, withAndWithout, ({ cell }, seed, watch) => trainOnStreams(cell, seed, watch))
  const figures = results.map(
    ({ of: { name, goal }, runs }): Figure => ({
      of: name,
      what: 'last but one symbols foretold',
      digits: 3,
      better: null,
      values: runs.map(({ score }) => score),
      ...goal,
    }),
  )
  const chart = {
    name: 'foretold',
    title: 'Reber strings end to end: T or P at the end, as at the beginning',
    x: { label: 'symbols seen' },
    y: { label: 'share foretold, mean of seeds', domain: [0.4, 1] },
    series: results.map(({ of: { name }, runs }) => ({
      name,
      points: meanCurve(runs, WINDOWS / 10, WINDOWS, STREAMS * WINDOW),
    })),
    levels: [{ name: 'guessing', y: 0.5 }],
  } as const
  return { figures, charts: [chart] }
}

function trainOnStreams(cell: Cell, seed: number, watch: Watch) {
  const model = new SequenceModel(cell, { ...inputsAndOutputs, hiddenSize: 12, seed })
  const training = streams(seed, 'reber training stream', WINDOWS * WINDOW + 1)
  const test = streams(seed, 'reber test stream', JUDGED)
  let state: StoredState = stored(model.recurrent.initialState(STREAMS))
  const windowAt = (begin: number) => training.map(({ symbols }) => symbols.subarray(begin, begin + WINDOW))
  return trainUntil({
    ...watch,
    parameters: model.parameters(),
    loss: step => {
      const begin = (step - 1) * WINDOW
      const inputs = oneHot(windowAt(begin), SYMBOLS.length)
      const { answers, state: last } = model.readOn(inputs, carriedOn(state))
      state = stored(last)
      return crossEntropy(answers, packIds(inputs.packing, windowAt(begin + 1)))
    },
    optimizer: adam,
    learningRate: 0.005,
    clipNorm: 1,
    steps: WINDOWS,
    every: WINDOWS / 10,
    judge: () => shareClosed(model, test),
  })
}

const streams = (seed: number, purpose: string, length: number): SymbolStream[] =>
  Array.from({ length: STREAMS }, (_, b) => symbolStream(keyOf(seed, purpose, b), length))

/** Of the symbols that close a string as it was begun, the share where T and P are told apart rightly. */
function shareClosed(model: SequenceModel, test: readonly SymbolStream[]): number {
  const inputs = oneHot(
    test.map(({ symbols }) => symbols.subarray(0, -1)),
    SYMBOLS.length,
  )
  const answers = model.readOn(inputs, model.recurrent.initialState(test.length)).answers.toArray()
  const [T, P] = [SYMBOLS.indexOf('T'), SYMBOLS.indexOf('P')]
  let [asked, right] = [0, 0]
  test.forEach(({ symbols, isBeforeClosing }, b) => {
    for (let t = 0; t + 1 < symbols.length; t++) {
      if (!isBeforeClosing[t]) continue
      const row = rowOfToken(inputs.packing, b, t) * SYMBOLS.length
      asked++
      if (answers[row + T] > answers[row + P] === (symbols[t + 1] === T)) right++
    }
  })
  return right / asked
}
