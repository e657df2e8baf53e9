/**
 * Over how many steps does which cell remember, and how many sequences does it take to learn it?
 *
 * Data: made up as it is needed (`memory-tasks.ts`): adding, temporal order, a long time lag without noise, copying.
 * A task is learned when of the last 2,000 sequences, as they were answered when shown, as many are right as Hochreiter
 * & Schmidhuber 1997 (HS) ask for.
 *
 * - The classic criteria at a delay of 100: an LSTM, a GRU (adding) and a tanh RNN with about as many weights, 4,600
 *   (long lag: 12,000), and for adding an LSTM of 88, as small as theirs. Adding and temporal order take the LSTM of
 *   today, its gates' biases set for the delay (chrono, Tallec & Ollivier 2018); the long lag that of 1997, which has
 *   no forget gate. Measured: how many seeds learn it, after how many sequences; for adding the error on 2,560 new
 *   ones after 16,000.
 * - `--delays`: all four tasks at several delays, for seven models with about 4,600 weights (long lag: 12,000): tanh
 *   RNN, relu RNN that begins with the identity, GRU, and LSTMs with forget bias 0, 1, chrono, and without forget
 *   gate. Measured: the share of the first five seeds that learn it within 16,000 sequences (long lag: 10,000).
 *
 * HS changed weights after each sequence; here a step is of 2 to 8 sequences. What is compared is sequences, not steps.
 */
import type { Cell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { irnn } from '../cells/irnn.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { without } from '../formula/rewrites.ts'
import { hiddenSizeFor } from './equal-parameters.ts'
import type { Chart, Experiment, ExperimentContext, Extent, Figure, Findings, Published } from './experiment.ts'
import { meanCurve } from './mean-curve.ts'
import { adding, copying, longLag, type MemoryTask, temporalOrder } from './memory-tasks.ts'
import { EVERY, type MemoryResult, type MemoryTraining, rootMeanSquare, trainOnMemory } from './memory-training.ts'
import { overSeeds, type Watch } from './train-until.ts'

export const experiment: Experiment = {
  question: 'Over how many steps does which cell remember, and how many sequences does it take to learn it?',
  seeds: { full: 20, quick: 1, test: 1 },
  run: context => (context.variant === 'delays' ? againstDelay(context) : criteria(context)),
}

/** As in HS: 1997's LSTM keeps what it has. */
const lstmOf1997 = without(lstm, 'forgetGate')

interface Contender extends MemoryTraining {
  readonly name: string
  readonly published?: Published
}

/** 16,000 */
const written = (count: number): string => count.toLocaleString('en')

const HS = 'Hochreiter & Schmidhuber 1997'

/** Falls from `rate` to 0 as half a cosine. */
const cosineFrom = (rate: number) => (share: number) => (rate / 2) * (1 + Math.cos(Math.PI * Math.min(share, 1)))

/** The delay and how much is shown. */
const CRITERIA: Readonly<Record<Extent, { delay: number; adding: number; order: number; lag: number }>> = {
  full: { delay: 100, adding: 16_000, order: 30_000, lag: 10_000 },
  quick: { delay: 100, adding: 16_000, order: 8_000, lag: 0 },
  test: { delay: 30, adding: 8_000, order: 0, lag: 0 },
}

function contendersOf(extent: Extent): readonly Contender[] {
  const { delay, adding: sums, order, lag } = CRITERIA[extent]
  const of = (name: string, cell: Cell, task: MemoryTask, weights: number) => {
    const hiddenSize = hiddenSizeFor(cell, task.sizes(delay), weights)
    return { name: `${name}, ${hiddenSize} units`, cell, task, delay, hiddenSize }
  }
  const onSums = { batch: 4, sequences: sums, isEndedWhenLearned: false, learningRate: cosineFrom(0.02) }
  const onOrder = { batch: 8, sequences: order, learningRate: 0.01 }
  const onLag = { batch: 2, sequences: lag, learningRate: 0.003 }
  const chrono = { initialization: 'chrono' } as const
  const small = {
    ...{ batch: 2, sequences: 74_000, learningRate: 0.01 },
    published: { value: 74_000, source: `${HS}, table 7, 93 weights` },
  }
  const contenders: readonly Contender[] = [
    ...(extent === 'full' ? [{ ...of('small LSTM', lstm, adding, 93), ...small, ...chrono }] : []),
    { ...of('LSTM', lstm, adding, 4600), ...onSums, ...chrono },
    { ...of('GRU', gru, adding, 4600), ...onSums, ...chrono },
    { ...of('tanh RNN', rnn, adding, 4600), ...onSums, learningRate: cosineFrom(0.003) },
    {
      ...of('LSTM', lstm, temporalOrder, 4600),
      ...{ ...onOrder, ...chrono },
      published: { value: 31_390, source: `${HS}, table 9` },
    },
    { ...of('tanh RNN', rnn, temporalOrder, 4600), ...onOrder, learningRate: 0.003 },
    {
      ...of('LSTM of 1997', lstmOf1997, longLag, 12_000),
      ...onLag,
      published: { value: 5040, source: `${HS}, table 2` },
    },
    { ...of('tanh RNN', rnn, longLag, 12_000), ...onLag },
  ]
  return contenders.filter(({ sequences }) => sequences > 0)
}

interface Run extends MemoryResult {
  readonly error: number
}

async function run(training: MemoryTraining, seed: number, watch: Watch): Promise<Run> {
  const result = await trainOnMemory(training, seed, watch)
  return { ...result, error: training.task === adding ? rootMeanSquare(training, result.model, seed) : Number.NaN }
}

async function criteria(context: ExperimentContext): Promise<Findings> {
  const contenders = contendersOf(context.extent)
  const results = await overSeeds(context, contenders, run)
  const tasks = [...new Set(contenders.map(({ task }) => task))]
  return {
    figures: results.flatMap(({ of, runs }) => [...learnedFigures(of, runs), ...errorFigures(of, runs)]),
    charts: tasks.map(task => ({
      name: task.name.replaceAll(' ', '-'),
      title: `${task.name}, delay ${contenders[0].delay}: sequences answered rightly`,
      x: { label: 'sequences shown' },
      y: { label: 'share of the last 2,000, mean of seeds', domain: [0, 1] },
      series: results
        .filter(({ of }) => of.task === task)
        .map(({ of: { name, batch, sequences }, runs }) => ({
          name,
          points: meanCurve(runs, EVERY / batch, Math.ceil(sequences / batch), batch),
        })),
    })),
  }
}

/** How many of 100 learned it, as HS say. */
const SUCCESSES: Readonly<Record<string, Published>> = {
  'small LSTM adding': { value: 100, source: `${HS}, table 7` },
  'LSTM temporal order': { value: 100, source: `${HS}, table 9` },
  'LSTM of 1997 long lag': { value: 100, source: `${HS}, table 2` },
  'tanh RNN long lag': { value: 0, source: `BPTT, ${HS}, table 2` },
}

function learnedFigures({ name, task, cell, sequences, published }: Contender, runs: readonly Run[]): Figure[] {
  const isLstm = name.includes('LSTM')
  const success = SUCCESSES[`${name.split(',')[0]} ${task.name}`]
  const shown = runs.flatMap(run => (run.shown === null ? [] : [run.shown]))
  const learned: Figure = {
    of: name,
    what: `${task.name}: seeds that learn it within ${written(sequences)} sequences`,
    digits: 0,
    unit: '%',
    better: cell === rnn ? 'lower' : 'higher',
    values: runs.map(run => (run.shown === null ? 0 : 100)),
    ...(isLstm && { goal: 100 }),
    ...(cell === rnn && { goal: 0 }),
    ...(success && { published: success }),
  }
  if (shown.length === 0) return [learned]
  const until: Figure = {
    of: name,
    what: `${task.name}: sequences until it is learned`,
    digits: 0,
    better: 'lower',
    values: shown,
    ...(published && { published }),
  }
  return [learned, until]
}

/** Errors by recipes of today, with some 4,600 weights and 16,000 sequences. */
const ERRORS: readonly (readonly [cell: Cell, published: number])[] = [
  [lstm, 0.0105],
  [gru, 0.0129],
  [rnn, 0.3855],
]

/** Twice the error of HS's target, as of the sum of two numbers from 0 to 1; who says their mean errs by 0.408. */
function errorFigures({ name, task, cell }: Contender, runs: readonly Run[]): Figure[] {
  if (task !== adding || name.startsWith('small')) return []
  const known = ERRORS.find(([of]) => of === cell)
  return [
    {
      of: name,
      what: 'adding: RMSE of the sum of two numbers from 0 to 1',
      digits: 4,
      better: cell === rnn ? null : 'lower',
      values: runs.map(({ error }) => 2 * error),
      ...(known && { published: { value: known[1], source: 'a recipe of today' } }),
      ...(name.startsWith('LSTM') && { goal: 0.012 }),
    },
  ]
}

/** Seeds, sequences and delays of the comparison. */
const DELAYS: Readonly<Record<Extent, { seeds: number; sequences: number; lag: number; delays: readonly number[] }>> = {
  full: { seeds: 5, sequences: 16_000, lag: 10_000, delays: [10, 30, 100] },
  quick: { seeds: 1, sequences: 6000, lag: 4000, delays: [10] },
  test: { seeds: 1, sequences: 0, lag: 3000, delays: [30] },
}

interface Compared {
  readonly name: string
  readonly cell: Cell
  /** At first. @default 0.01 */
  readonly rate?: number
  readonly options?: Partial<MemoryTraining>
}

const compared: readonly Compared[] = [
  { name: 'tanh RNN', cell: rnn, rate: 0.003 },
  { name: 'relu RNN, identity', cell: irnn, rate: 0.003 },
  { name: 'LSTM, forget bias 0', cell: lstm, options: { forgetBias: 0 } },
  { name: 'LSTM, forget bias 1', cell: lstm, options: { forgetBias: 1 } },
  { name: 'LSTM, chrono', cell: lstm, options: { initialization: 'chrono' } },
  { name: 'LSTM of 1997', cell: lstmOf1997 },
  { name: 'GRU', cell: gru },
]

async function againstDelay(context: ExperimentContext): Promise<Findings> {
  const { seeds, delays, ...shown } = DELAYS[context.extent]
  const sequencesOf = (task: MemoryTask) => (task === longLag ? shown.lag : shown.sequences)
  const tasks = [adding, temporalOrder, longLag, copying].filter(task => sequencesOf(task) > 0)
  const contenders = tasks.flatMap(task =>
    delays.flatMap(delay =>
      compared.map(({ name, cell, rate = 0.01, options }) => {
        const hiddenSize = hiddenSizeFor(cell, task.sizes(delay), task === longLag ? 12_000 : 4600)
        const batch = task === longLag ? 2 : 4
        const learningRate = task === longLag ? 0.003 : cosineFrom(rate)
        return { name, task, delay, cell, hiddenSize, batch, sequences: sequencesOf(task), learningRate, ...options }
      }),
    ),
  )
  const few = { ...context, seeds: context.seeds.slice(0, seeds) }
  const results = await overSeeds(few, contenders, trainOnMemory)
  const charts = tasks.map(
    (task): Chart => ({
      name: task.name.replaceAll(' ', '-'),
      title: `${task.name}: who learns it within ${written(sequencesOf(task))} sequences`,
      x: { label: 'delay', scale: 'log' },
      y: { label: 'share of seeds', domain: [0, 1] },
      series: compared.map(({ name }) => ({
        name,
        points: results
          .filter(({ of }) => of.task === task && of.name === name)
          .map(({ of: { delay }, runs }) => [delay, runs.filter(({ shown }) => shown !== null).length / runs.length]),
      })),
    }),
  )
  const figures = results.map(
    ({ of: { name, task, delay }, runs }): Figure => ({
      of: name,
      what: `${task.name}, delay ${delay}: seeds that learn it within ${written(sequencesOf(task))} sequences`,
      digits: 0,
      unit: '%',
      better: null,
      values: runs.map(({ shown }) => (shown === null ? 0 : 100)),
    }),
  )
  return { figures, charts }
}
