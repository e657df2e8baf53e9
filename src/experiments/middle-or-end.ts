/**
 * Which is easier to foretell, the word in the middle or the word at the end? And what does each teach about words?
 *
 * Data: "Emma" by Jane Austen; its 2,000 most frequent words, the others as one unknown word. The last tenth is kept.
 *
 * Models, all with word vectors of 64 numbers and a softmax over all words:
 *
 * - CBOW (Mikolov et al. 2013): the mean of the vectors of four words before and four after tells the word between;
 * - the same with the eight words before: it tells the next word, and knows not in which order they stood;
 * - an LSTM of 128 units that reads word by word tells the next word, from all before.
 *
 * Measured on the kept text: perplexity of the word told. By-products, the word vectors: of CBOW, of the LSTM's
 * embedding, and of word2vec's CBOW with negative sampling, for how many of 24 pairs of words of one kind (he and she,
 * mr and mrs) the one is among the ten nearest of the other; and the neighbours of some words.
 */

import { Embedding } from '../layers/embedding.ts'
import { Linear } from '../layers/linear.ts'
import { textEncoderOf } from '../models/text-encoder-making.ts'
import { WordVectors } from '../models/word-vectors/word-vectors.ts'
import { integerBelow } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { crossEntropy, mean, reshape, type Tensor } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import { cosine } from '../training/schedules/cosine.ts'
import type { Experiment, ExperimentContext, Extent, Figure, Findings } from './experiment.ts'
import { type LanguageRecipe, trainByRecipe } from './recurrent-language.ts'
import { readEmma } from './shipped-texts.ts'
import { runsOf } from './text-runs.ts'
import { trainUntil, type Watch } from './train-until.ts'

interface Size {
  /** Of the text. */
  readonly words: number
  readonly vocabulary: number
  readonly cbowSteps: number
  readonly epochs: number
  readonly hidden: number
}

const SIZES: Readonly<Record<Extent, Size>> = {
  full: { words: Infinity, vocabulary: 2000, cbowSteps: 4000, epochs: 6, hidden: 128 },
  quick: { words: 60_000, vocabulary: 1000, cbowSteps: 600, epochs: 3, hidden: 64 },
  test: { words: 40_000, vocabulary: 500, cbowSteps: 200, epochs: 4, hidden: 48 },
}

const [EMBEDDING, AROUND, BATCH] = [64, 4, 256]

/** Words that are used alike. */
const PAIRS = [
  'he she|his her|him her|mr mrs|miss mrs|man woman|father mother|brother sister|himself herself|elton weston',
  'could would|could might|is was|are were|has had|have had|this that|these those|good great|two three',
  'day evening|come go|think know|always never',
]
  .flatMap(line => line.split('|'))
  .map(pair => pair.split(' '))

const SHOWN = ['he', 'could', 'good', 'mother', 'harriet']

const LANGUAGE_MODEL = 'LSTM, the next word from all before'
const MIDDLE = 'CBOW, the middle word from both sides'
const END = 'the same, the next word from eight before'
const WORD2VEC = 'CBOW as word2vec'

export const experiment: Experiment = {
  question: 'Which is easier to foretell, the word in the middle or at the end, and what does each teach about words?',
  seeds: { full: 5, quick: 1, test: 1 },
  async run(context) {
    const size = SIZES[context.extent]
    const whole = await readEmma(context)
    const text = size.words === Infinity ? whole : whole.slice(0, size.words * 5.5)
    const encoder = await textEncoderOf([text], { ...WORDS, vocabulary: size.vocabulary })
    const ids = encoder.encode(text)
    const end = Math.floor(ids.length * 0.9)
    const parts = { training: ids.subarray(0, end), kept: ids.subarray(end), vocabulary: encoder.vocabulary.size }
    const names = encoder.vocabulary.tokens
    const runs: Run[] = []
    for (const [k, seed] of context.seeds.entries()) {
      const tell =
        (begin: number, length: number) =>
        (share: number, doing = '') =>
          context.onProgress?.((k + begin + length * share) / context.seeds.length, `seed ${seed} ${doing}`)
      const watch = (begin: number): Watch => ({ signal: context.signal, onProgress: tell(begin, 0.3) })
      const middle = await cbow(BOTH_SIDES, parts, size, seed, watch(0))
      const before = await cbow(BEFORE, parts, size, seed, watch(0.3))
      const recurrent = await lstmOf(parts, size, seed, { ...context, onProgress: tell(0.6, 0.3) })
      const word2vec = await WordVectors.train(text, { ...WORD2VEC_OPTIONS, seed, ...signalOf(context) })
      const listed = (vectors: Float32Array) =>
        new WordVectors({ words: names, vectors, dimensions: EMBEDDING, counts: null, text: null, summary: null })
      runs.push({
        perplexity: [middle.perplexity, before.perplexity, recurrent.perplexity],
        lists: [listed(middle.vectors), listed(recurrent.vectors), word2vec],
      })
    }
    return findingsOf(runs, frequencyPerplexity(parts))
  },
}

const WORDS = { tokens: 'word', language: 'en', lowercase: true, minimumCount: 1 } as const

const WORD2VEC_OPTIONS = { embedding: EMBEDDING, lowercase: true, boundary: 'paragraph', epochs: 15 } as const

const signalOf = ({ signal }: ExperimentContext) => (signal ? { signal } : {})

interface Run {
  /** Of middle, before, recurrent. */
  readonly perplexity: readonly number[]
  /** Of CBOW, of the LSTM, of word2vec. */
  readonly lists: readonly WordVectors[]
}

interface Parts {
  readonly training: Int32Array
  readonly kept: Int32Array
  readonly vocabulary: number
}

function findingsOf(runs: readonly Run[], frequencies: number): Findings {
  const told: Figure[] = [MIDDLE, END, LANGUAGE_MODEL].map((of, k) => ({
    of,
    what: 'perplexity of the word told',
    digits: 1,
    better: 'lower',
    values: runs.map(({ perplexity }) => perplexity[k]),
  }))
  const neighbours: Figure[] = ['CBOW', 'LSTM', WORD2VEC].map((of, k) => ({
    of: `vectors of ${of}`,
    what: 'pairs of one kind among the ten nearest',
    digits: 0,
    unit: '%',
    better: 'higher',
    values: runs.map(({ lists }) => 100 * shareOfPairs(lists[k])),
  }))
  const nearest = (list: WordVectors) =>
    SHOWN.filter(word => list.words.includes(word))
      .map(
        word =>
          `${word}: ${list
            .similar(word, 6)
            .map(({ word: near }) => near)
            .join(', ')}`,
      )
      .join('\n')
  const texts = ['CBOW', 'the LSTM', WORD2VEC].map((of, k) => ({
    title: `Nearest words, by the vectors of ${of}`,
    text: nearest(runs[0].lists[k]),
  }))
  const alone: Figure = {
    of: 'word frequencies alone',
    what: 'perplexity of the word told',
    digits: 1,
    better: 'lower',
    values: [frequencies],
  }
  const chart = {
    name: 'both',
    title: 'Emma: how well the word is told, and what the vectors know',
    x: { label: 'perplexity of the word told', scale: 'log' },
    y: { label: 'pairs of one kind among the ten nearest, %' },
    series: [0, 2].map(k => ({
      name: k === 0 ? MIDDLE : LANGUAGE_MODEL,
      kind: 'points' as const,
      points: runs.map((_, r) => [told[k].values[r], neighbours[k === 0 ? 0 : 1].values[r]] as const),
    })),
  } as const
  return { figures: [alone, ...told, ...neighbours], charts: [chart], texts }
}

/** Of the pairs that the list has, those of which one is among the ten nearest of the other. */
export function shareOfPairs(list: WordVectors): number {
  const known = PAIRS.filter(pair => pair.every(word => list.words.includes(word)))
  const isNear = (a: string, b: string) => list.similar(a, 10).some(({ word }) => word === b)
  return known.filter(([a, b]) => isNear(a, b) || isNear(b, a)).length / known.length
}

/** Where the words stand that tell one, counted from it. */
const BOTH_SIDES = [-4, -3, -2, -1, 1, 2, 3, 4]
const BEFORE = [-8, -7, -6, -5, -4, -3, -2, -1]

/** CBOW with a softmax over all words. */
async function cbow(
  places: readonly number[],
  { training, kept, vocabulary }: Parts,
  { cbowSteps }: Size,
  seed: number,
  watch: Watch,
) {
  const embedding = new Embedding({ vocabulary, embeddingSize: EMBEDDING, deviation: 0.1, seed })
  const linear = new Linear({ inputSize: EMBEDDING, outputSize: vocabulary, seed })
  const [first, last] = [2 * AROUND, 2 * AROUND]
  const answer = (ids: Int32Array, middles: readonly number[]): Tensor => {
    const around = Int32Array.from(middles.flatMap(m => places.map(place => ids[m + place])))
    const vectors = reshape(embedding.forward(around), [middles.length, places.length, EMBEDDING])
    const logits = linear.forward(mean(vectors, 1))
    return crossEntropy(
      logits,
      Int32Array.from(middles, m => ids[m]),
    )
  }
  const key = keyOf(seed, 'middle or end')
  const judged = Array.from({ length: kept.length - first - last }, (_, k) => first + k)
  const { scores } = await trainUntil({
    ...watch,
    parameters: new Map([
      ['embedding', embedding.weight],
      ['linear', linear.weight],
      ['bias', linear.bias],
    ]),
    loss: count => {
      const draw = (b: number) => first + integerBelow(key, count * BATCH + b, training.length - first - last)
      return answer(
        training,
        Array.from({ length: BATCH }, (_, b) => draw(b)),
      )
    },
    optimizer: adam,
    learningRate: count => 0.01 * (1 - (count - 1) / cbowSteps),
    clipNorm: 1,
    steps: cbowSteps,
    every: Math.ceil(cbowSteps / 8),
    judge: () => {
      let sum = 0
      for (let at = 0; at < judged.length; at += 512) {
        const middles = judged.slice(at, at + 512)
        sum += answer(kept, middles).item() * middles.length
      }
      return Math.exp(sum / judged.length)
    },
  })
  return { perplexity: Math.min(...scores.map(([, perplexity]) => perplexity)), vectors: floats(embedding.weight) }
}

const floats = (t: Tensor): Float32Array => Float32Array.from(t.toArray())

async function lstmOf(parts: Parts, { hidden, epochs }: Size, seed: number, context: ExperimentContext) {
  const recipe: LanguageRecipe = {
    ...{ embedding: EMBEDDING, hidden: [hidden], dropout: 0.3, uniform: null, forgetBias: 1 },
    ...{ batch: 16, unroll: 32, epochs, optimizer: adam, learningRate: 0.005, schedule: cosine, clipNorm: 1 },
  }
  const judged = {
    vocabulary: parts.vocabulary,
    training: runsOf(parts.training, recipe.batch),
    validation: [parts.kept],
    test: null,
  }
  const { best, network } = await trainByRecipe(`seed ${seed}`, recipe, judged, seed, context)
  const vectors = floats(network.parameters().get('embedding.weight') as Tensor)
  return { perplexity: best.validation.perplexity, vectors }
}

/** Of a model that knows only how often each word occurs, each counted once more. */
function frequencyPerplexity({ training, kept, vocabulary }: Parts): number {
  const counts = new Float64Array(vocabulary).fill(1)
  for (const id of training) counts[id]++
  const total = training.length + vocabulary
  return Math.exp(kept.reduce((sum, id) => sum - Math.log(counts[id] / total), 0) / kept.length)
}
