/**
 * How well does an LSTM foretell Shakespeare letter by letter, and does one of its units count?
 *
 * Data: tiny-shakespeare, 1,115,394 characters of his plays, 65 different ones (Karpathy 2015).
 *
 * Model: two LSTM layers of 512 units under an embedding of 128, dropout of a half, Adam with a cosine schedule.
 *
 * Judged on two divisions, which differ more than models do:
 *
 * - nanoGPT's: the last tenth of the text, of which nothing is near in training. Here it is read as 20 runs side by
 *   side, each from a state of zeros.
 * - `--split`: char-rnn's: the text is cut into 50 runs, and a twentieth at the end of each is kept. What is judged
 *   then stands among what was trained on.
 *
 * Looked into: the unit of a cell state that goes most closely with the place in the line, over text that was kept
 * (Karpathy, Johnson & Fei-Fei 2016 found such units by eye), and the same before training.
 */
import { generate } from '../models/generation.ts'
import { textEncoderOf } from '../models/text-encoder-making.ts'
import { adam } from '../training/optimizers/adam.ts'
import { cosine } from '../training/schedules/cosine.ts'
import { type CountingUnit, countingUnit, placesInLine } from './counting-unit.ts'
import type { Chart, Experiment, Figure } from './experiment.ts'
import {
  type LanguageParts,
  type LanguageRecipe,
  type LanguageRun,
  networkOf,
  trainByRecipe,
} from './recurrent-language.ts'
import { type Runs, runsOf } from './text-runs.ts'

const full: LanguageRecipe = {
  embedding: 128,
  hidden: [512, 512],
  dropout: 0.5,
  uniform: null,
  forgetBias: 1,
  batch: 32,
  unroll: 64,
  epochs: 15,
  optimizer: adam,
  learningRate: 0.003,
  schedule: cosine,
  warmUp: 200,
  clipNorm: 1,
  restart: 0.02,
}

/** A part of the text, small layers and a few epochs of more steps. */
const FEW = { embedding: 32, batch: 16, unroll: 32, epochs: 3, warmUp: 20 } as const
const SMALL = {
  quick: { ...FEW, characters: 200_000, hidden: [128, 128], dropout: 0.1 },
  test: { ...FEW, characters: 80_000, hidden: [64], dropout: 0 },
} as const

/** Characters of the kept text that units are looked at over, and that are drawn. */
const [LOOKED_AT, DRAWN] = [4000, 320]

export const experiment: Experiment = {
  question: 'How well does an LSTM foretell Shakespeare letter by letter, and does one of its units count?',
  seeds: { full: 1, quick: 1, test: 1 },
  async run(context) {
    const { extent, seeds, variant } = context
    const scaled = extent === 'full' ? full : { ...full, ...SMALL[extent] }
    const division = variant === 'split' ? charRnn : nanoGpt
    const whole = await context.readText('lm/tinyshakespeare/input.txt.gz')
    const text = extent === 'full' ? whole : whole.slice(0, SMALL[extent].characters)
    const encoder = await textEncoderOf([text], CHARACTERS)
    const { training, kept } = division.of(encoder.encode(text), scaled.batch)
    const recipe = { ...scaled, batch: training.length, epochs: epochsFor(scaled, training.length) }
    const parts: LanguageParts = { vocabulary: encoder.vocabulary.size, training, validation: kept, test: null }
    const runs: Run[] = []
    for (const [k, seed] of seeds.entries()) {
      const share = [k / seeds.length, (k + 1) / seeds.length] as const
      const run = await trainByRecipe(`characters ${division.name}, seed ${seed}`, recipe, parts, seed, context, share)
      const look = (network: LanguageRun['network']) => {
        const ids = kept[0].subarray(0, LOOKED_AT)
        const tokens = encoder.vocabulary.decode(ids)
        return countingUnit({ network, encoder }, { ids, tokens }, placesInLine(tokens))
      }
      runs.push({ ...run, unit: look(run.network), before: look(networkOf(recipe, parts.vocabulary, seed)) })
    }
    const model = `LSTM ${recipe.hidden.join(' + ')}`
    const sample = [...generate(runs[0].network, encoder, { prompt: '\n', length: 500, temperature: 0.8, seed: 1 })]
    return {
      figures: [...lossFigures(model, runs, parts, division, extent === 'full'), ...unitFigures(model, runs)],
      charts: [lossChart(model, runs[0], division), unitChart(runs[0], encoder.vocabulary.decode(kept[0]))],
      texts: [
        {
          title: 'What it writes, at temperature 0.8',
          text: sample
            .map(({ text }) => text)
            .join('')
            .trim(),
        },
      ],
    }
  },
}

/** More runs side by side make fewer steps of an epoch, which a small form has too few of. */
const epochsFor = ({ epochs, batch }: LanguageRecipe, runs: number): number =>
  batch < full.batch ? Math.ceil((epochs * runs) / batch) : epochs

const CHARACTERS = {
  tokens: 'character',
  language: null,
  lowercase: null,
  vocabulary: 1000,
  minimumCount: 1,
} as const

interface Run extends LanguageRun {
  readonly unit: CountingUnit
  /** The same before training. */
  readonly before: CountingUnit
}

interface Division {
  readonly name: string
  readonly published: { readonly value: number; readonly source: string }
  readonly goal?: number
  readonly of: (ids: Int32Array, batch: number) => { readonly training: Runs; readonly kept: Runs }
}

export const nanoGpt: Division = {
  name: 'last tenth',
  published: { value: 1.4697, source: 'nanoGPT, small transformer' },
  goal: 1.45,
  of: (ids, batch) => {
    const end = Math.floor(ids.length * 0.9)
    return { training: runsOf(ids.subarray(0, end), batch), kept: runsOf(ids.subarray(end), 20) }
  },
}

/** char-rnn's runs, and the steps of its windows, which it counts the parts in. */
const [CHAR_RNN_RUNS, CHAR_RNN_STEPS] = [50, 50]

/** 95 of 100 windows, then 5 of 100, of each run; the rest, one window, is left out as there. */
export const charRnn: Division = {
  name: '50 places',
  published: { value: 1.395, source: 'char-rnn' },
  of: ids => {
    const windows = Math.floor(ids.length / (CHAR_RNN_RUNS * CHAR_RNN_STEPS))
    const [first, second] = [Math.floor(windows * 0.95), Math.floor(windows * 0.05)]
    const part = (from: number, count: number) =>
      Array.from({ length: CHAR_RNN_RUNS }, (_, b) => {
        const begin = (b * windows + from) * CHAR_RNN_STEPS
        return ids.subarray(begin, begin + count * CHAR_RNN_STEPS + 1)
      })
    return { training: part(0, first), kept: part(first, second) }
  },
}

function lossFigures(
  of: string,
  runs: readonly Run[],
  parts: LanguageParts,
  { name, published, goal }: Division,
  isFull: boolean,
): Figure[] {
  const common = { unit: 'nats', digits: 4, better: 'lower' } as const
  const known = isFull && { published, ...(goal !== undefined && { goal }) }
  return [
    { of: 'letter frequencies alone', what: `loss, ${name}`, ...common, values: [frequencyLoss(parts)] },
    { of, what: 'training loss', ...common, values: runs.map(({ best }) => best.loss) },
    { of, what: `loss, ${name}`, ...common, values: runs.map(({ best }) => best.validation.loss), ...known },
  ]
}

/** Of a model that knows only how often each character occurs, each counted once more. */
function frequencyLoss({ vocabulary, training, validation }: LanguageParts): number {
  const counts = new Float64Array(vocabulary).fill(1)
  for (const run of training) for (const id of run) counts[id]++
  const total = counts.reduce((sum, count) => sum + count, 0)
  const judged = validation.flatMap(run => [...run])
  return judged.reduce((sum, id) => sum - Math.log(counts[id] / total), 0) / judged.length
}

function unitFigures(of: string, runs: readonly Run[]): Figure[] {
  const what = 'closest correlation of a unit with the place in the line'
  const figure = (model: string, units: readonly CountingUnit[]): Figure => ({
    of: model,
    what,
    digits: 3,
    better: 'higher',
    values: units.map(({ correlation }) => Math.abs(correlation)),
  })
  return [
    figure(
      `${of}, before training`,
      runs.map(({ before }) => before),
    ),
    figure(
      of,
      runs.map(({ unit }) => unit),
    ),
  ]
}

const lossChart = (of: string, { epochs }: Run, { name, published }: Division): Chart => ({
  name: 'loss',
  title: `tiny-shakespeare, ${of}, judged on ${name}`,
  x: { label: 'epoch' },
  y: { label: 'nats a character' },
  series: [
    { name: 'training, with dropout', points: epochs.map(e => [e.epoch, e.loss]) },
    { name: 'kept text', points: epochs.map(e => [e.epoch, e.validation.loss]) },
  ],
  levels: [{ name: published.source, y: published.value }],
})

function unitChart({ unit: { layer, unit, told } }: Run, characters: readonly string[]): Chart {
  const places = placesInLine(characters.slice(0, LOOKED_AT))
  const drawn = <T>(values: readonly T[]) => values.slice(0, DRAWN)
  return {
    name: 'unit',
    title: `Unit ${unit} of layer ${layer} counts the characters of a line`,
    x: { label: 'characters read' },
    y: { label: 'place in the line' },
    series: [
      { name: 'the place', points: drawn(places).map((place, t) => [t, place]) },
      { name: "the unit's state, on the same scale", points: drawn(told).map((place, t) => [t, place]) },
    ],
  }
}
