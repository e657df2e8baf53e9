/**
 * How well does a small LSTM foretell the next word of the Penn Treebank, by the recipe that everybody compares with?
 *
 * Data: Mikolov's version of the Penn Treebank: 929,589 words of the Wall Street Journal, 10,000 different ones,
 * `<eos>` at each line's end (Marcus et al. 1993; Mikolov et al. 2010).
 *
 * Models: two LSTM layers of 200 units, an embedding of 200, the output's weights its own, no forget bias.
 *
 * - As published by Zaremba, Sutskever & Vinyals 2014 (arXiv 1409.2329, section 4.1, "non-regularized") and in
 *   TensorFlow's `ptb_word_lm` ("small"): weights uniform in ±0.1, windows of 20 steps, 20 runs side by side, plain
 *   gradient descent of rate 1 for four epochs, then halved with each, 13 epochs, gradients no longer than 5.
 * - `--dropout`: as the small word model of Kim et al. 2016 (arXiv 1508.06615, table 3; code `lstm-char-cnn`): dropout
 *   0.5 between the layers and before the output, not on the embedding, weights uniform in ±0.05, windows of 35, the
 *   rate halved when an epoch gains less than 1 of perplexity, 25 epochs.
 *
 * In both the loss is summed over a window's steps and averaged over the runs, which says how long 5 is.
 */

import { sgd } from '../training/optimizers/sgd.ts'
import { constant } from '../training/schedules/constant.ts'
import { defineSchedule } from '../training/schedules/define.ts'
import type { Experiment, ExperimentContext, Figure, Findings } from './experiment.ts'
import {
  type LanguageParts,
  type LanguageRecipe,
  type LanguageRun,
  perSequence,
  trainByRecipe,
} from './recurrent-language.ts'
import { runsOf } from './text-runs.ts'

/** Full rate for four epochs, half as much with each that follows. */
export const halvedAfterFour = defineSchedule({
  name: 'halved after four epochs',
  about: 'Halved with each epoch after the fourth.',
  defaults: {},
  factor: ({ epoch }) => 0.5 ** Math.max(0, epoch - 4),
})

/** Halved after each epoch whose validation perplexity is not lower than the one before by 1. */
export const halvedWhenSlow = defineSchedule({
  name: 'halved when slow',
  about: 'Halved when the validation perplexity falls by less than 1.',
  defaults: { least: 1 },
  factor: ({ validationLosses }, { least }) =>
    validationLosses.reduce(
      (rate, loss, k) => (k > 0 && Math.exp(validationLosses[k - 1]) - Math.exp(loss) < least ? rate / 2 : rate),
      1,
    ),
})

const common = { embedding: 200, hidden: [200, 200], batch: 20, optimizer: sgd } as const

const plain: LanguageRecipe = {
  ...common,
  dropout: 0,
  uniform: 0.1,
  unroll: 20,
  epochs: 13,
  ...perSequence(1, 5, 20),
  schedule: halvedAfterFour,
}

const dropout: LanguageRecipe = {
  ...common,
  dropout: 0.5,
  embeddingDropout: 0,
  uniform: 0.05,
  unroll: 35,
  epochs: 25,
  ...perSequence(1, 5, 35),
  schedule: halvedWhenSlow,
}

/** A short text, a small layer, a few epochs at the full rate: enough to be better than counting words. */
const SMALL = {
  quick: { words: 60_000, judged: 8_000, embedding: 64, hidden: [64], epochs: 5 },
  test: { words: 20_000, judged: 2_000, embedding: 32, hidden: [32], epochs: 4 },
} as const

const SHORT = { ...perSequence(1, 5, 20), unroll: 20, uniform: 0.1, schedule: constant } as const

export const experiment: Experiment = {
  question: 'How well does a small LSTM foretell the next word of the Penn Treebank, by the usual recipe?',
  seeds: { full: 1, quick: 1, test: 1 },
  async run(context) {
    const { extent, variant, seeds } = context
    const isDropout = variant === 'dropout'
    const full = isDropout ? dropout : plain
    const recipe = extent === 'full' ? full : { ...full, ...SHORT, ...SMALL[extent], dropout: full.dropout / 5 }
    const words = await readTreebank(context)
    const judged = extent === 'full' ? words : shortened(words, SMALL[extent])
    const parts: LanguageParts = {
      vocabulary: words.vocabulary,
      training: runsOf(judged.training, recipe.batch),
      validation: [judged.validation],
      test: [judged.test],
    }
    const name = isDropout ? 'with dropout' : 'without dropout'
    const runs: LanguageRun[] = []
    for (const [k, seed] of seeds.entries()) {
      const share = [k / seeds.length, (k + 1) / seeds.length] as const
      runs.push(await trainByRecipe(`penn-treebank ${name}, seed ${seed}`, recipe, parts, seed, context, share))
    }
    const model = `LSTM ${recipe.hidden.join(' + ')}, ${name}`
    return findingsOf(model, runs, judged, extent === 'full' ? published[isDropout ? 'dropout' : 'plain'] : {})
  },
}

/** Ids of the words in order. */
interface Treebank {
  readonly vocabulary: number
  readonly training: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** All 10,000 words are among those of training. */
async function readTreebank(context: ExperimentContext): Promise<Treebank> {
  const read = async (file: string) => wordsOf(await context.readText(`lm/ptb/${file}`))
  const training = await read('ptb.train.txt.gz')
  const [validation, test] = [await read('ptb.valid.txt'), await read('ptb.test.txt')]
  const ids = new Map([...new Set(training)].map((word, id) => [word, id]))
  const unknown = ids.get('<unk>') as number
  const coded = (words: readonly string[]) => Int32Array.from(words, word => ids.get(word) ?? unknown)
  return { vocabulary: ids.size, training: coded(training), validation: coded(validation), test: coded(test) }
}

const wordsOf = (text: string): string[] =>
  text.split('\n').flatMap(line => (line.trim() === '' ? [] : [...line.trim().split(/ +/), '<eos>']))

const shortened = (bank: Treebank, { words, judged }: { words: number; judged: number }): Treebank => ({
  vocabulary: bank.vocabulary,
  training: bank.training.subarray(0, words),
  validation: bank.validation.subarray(0, judged),
  test: bank.test.subarray(0, judged),
})

type PublishedFigures = Readonly<Record<string, Pick<Figure, 'published' | 'goal'>>>

const published: Readonly<Record<'plain' | 'dropout', PublishedFigures>> = {
  plain: {
    training: { published: { value: 37.99, source: 'ptb_word_lm, small' } },
    validation: { published: { value: 121.39, source: 'ptb_word_lm, small' } },
    test: { published: { value: 115.91, source: 'ptb_word_lm, small' }, goal: 118 },
  },
  dropout: {
    test: { published: { value: 97.6, source: 'Kim et al. 2016, table 3, LSTM-Word-Small' }, goal: 101 },
  },
}

function findingsOf(of: string, runs: readonly LanguageRun[], words: Treebank, known: PublishedFigures): Findings {
  const figure = (part: string, values: readonly number[]): Figure => ({
    of,
    what: `${part} perplexity`,
    digits: 2,
    // To know one's own text by heart is no merit.
    better: part === 'training' ? null : 'lower',
    values,
    ...known[part],
  })
  const counted = unigramPerplexity(words)
  const [first] = runs
  const curve = (part: string, losses: readonly number[]) => ({
    name: part,
    points: losses.map((loss, k): [number, number] => [k + 1, Math.exp(loss)]),
  })
  return {
    figures: [
      { of: 'word frequencies alone', what: 'test perplexity', digits: 1, better: 'lower', values: [counted] },
      figure(
        'training',
        runs.map(({ best }) => Math.exp(best.loss)),
      ),
      figure(
        'validation',
        runs.map(({ best }) => best.validation.perplexity),
      ),
      figure(
        'test',
        runs.map(({ test }) => test?.perplexity ?? Number.NaN),
      ),
    ],
    charts: [
      {
        name: 'perplexity',
        title: `Penn Treebank, ${of}`,
        x: { label: 'epoch' },
        y: { label: 'perplexity', scale: 'log' },
        series: [
          curve(
            'training',
            first.epochs.map(e => e.loss),
          ),
          curve(
            'validation',
            first.epochs.map(e => e.validation.loss),
          ),
        ],
        levels: known.test?.published ? [{ name: `published, test`, y: known.test.published.value }] : [],
      },
    ],
  }
}

/** Of a model that knows only how often each word occurs, each counted once more. */
function unigramPerplexity({ vocabulary, training, test }: Treebank): number {
  const counts = new Float64Array(vocabulary).fill(1)
  for (const id of training) counts[id]++
  const total = training.length + vocabulary
  return Math.exp(test.reduce((sum, id) => sum - Math.log(counts[id] / total), 0) / test.length)
}
