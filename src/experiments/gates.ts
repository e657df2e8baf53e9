/**
 * Which parts of the LSTM matter? A smaller form of Greff et al. 2017, "LSTM: A Search Space Odyssey".
 *
 * Data, both real: 3,000 sentences of reviews, positive or negative, a fifth kept to judge; and "Emma" letter by
 * letter, the first 200,000 characters to learn from, the 20,000 that follow to judge.
 *
 * Models: an LSTM of 64 units (about as many weights for all would hide what a gate is for, so a cell without a gate
 * has fewer), and the same with one change: without the input, forget or output gate; without the function of the
 * candidate or that of the output; input and forget gate coupled; with peepholes; gates of relu, tanh or hard sigmoid
 * instead of the sigmoid. All are trained in the same way: Adam, no dropout; sentences by the last state, which has to
 * hold them.
 *
 * Measured: share of kept sentences told rightly, and nats a character on the kept text. A training whose loss leaves
 * the finite numbers, or that ends worse than guessing by how often each character occurs, counts as one that guesses.
 *
 * Greff et al. found the forget gate and the output's function most important, and coupling or leaving out peepholes to
 * cost little.
 */
import type { Cell } from '../cells/define.ts'
import { defineCell } from '../cells/define.ts'
import { lstmCoupled } from '../cells/lstm-coupled.ts'
import { lstmPeephole } from '../cells/lstm-peephole.ts'
import type { LabelledText } from '../data/examples.ts'
import { DivergenceError } from '../errors/errors.ts'
import { add, hardSigmoid, mul, relu, sigmoid, tanh } from '../formula/expression.ts'
import { activation, withActivations, without } from '../formula/rewrites.ts'
import { LanguageModel } from '../models/language-model.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import type { Progress } from '../training/loop.ts'
import type { Chart, Experiment, Extent, Figure } from './experiment.ts'
import { readEmma, readSentences } from './shipped-texts.ts'
import { overSeeds, type Watch } from './train-until.ts'

/** The LSTM of `cells/lstm.ts` with the output's function as a quantity of its own, so that it can be changed. */
const base: Cell = defineCell('lstm-with-output-function', ({ affine, previous }) => {
  const inputGate = sigmoid(affine('i'))
  const forgetGate = sigmoid(affine('f'))
  const candidate = tanh(affine('g'))
  const outputGate = sigmoid(affine('o'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const shown = tanh(c)
  const h = mul(outputGate, shown)
  return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate, shown } }
})

const BASE = 'LSTM'

const variants: readonly { readonly name: string; readonly cell: Cell }[] = [
  { name: BASE, cell: base },
  { name: 'without input gate', cell: without(base, 'inputGate') },
  { name: 'without forget gate', cell: without(base, 'forgetGate') },
  { name: 'without output gate', cell: without(base, 'outputGate') },
  { name: 'candidate linear', cell: activation(base, 'candidate', x => x) },
  { name: 'output linear', cell: activation(base, 'shown', x => x) },
  { name: 'input and forget gate coupled', cell: lstmCoupled },
  { name: 'with peepholes', cell: lstmPeephole },
  { name: 'gates relu', cell: withActivations(base, { gate: relu }) },
  { name: 'gates tanh', cell: withActivations(base, { gate: tanh }) },
  { name: 'gates hard sigmoid', cell: withActivations(base, { gate: hardSigmoid }) },
]

interface Size {
  readonly variants: number
  readonly sentences: number
  readonly characters: number
  readonly kept: number
  readonly hidden: number
  readonly epochs: readonly [sentences: number, characters: number]
}

const SIZES: Readonly<Record<Extent, Size>> = {
  full: { variants: 11, sentences: 2400, characters: 200_000, kept: 20_000, hidden: 64, epochs: [6, 5] },
  quick: { variants: 7, sentences: 2400, characters: 100_000, kept: 10_000, hidden: 32, epochs: [3, 2] },
  test: { variants: 3, sentences: 1000, characters: 60_000, kept: 5000, hidden: 24, epochs: [2, 3] },
}

export const experiment: Experiment = {
  question: 'Which parts of the LSTM matter?',
  seeds: { full: 5, quick: 1, test: 1 },
  async run(context) {
    const size = SIZES[context.extent]
    const { training, kept } = await readSentences(context)
    const text = await readEmma(context)
    const [begin, end] = [size.characters, size.characters + size.kept]
    const sentences = { training: everyNth(training, size.sentences), kept }
    const texts = { training: text.slice(0, begin), kept: text.slice(begin, end) }
    const chosen = variants.slice(0, size.variants)
    const results = await overSeeds(context, chosen, async ({ cell }, seed, watch) => ({
      right: await sentencesRight(cell, sentences, size, seed, part(watch, 0, 0.3)),
      loss: await textLoss(cell, texts, size, seed, part(watch, 0.3, 1)),
    }))
    type Measured = 'right' | 'loss'
    const figures = (which: Measured, what: Pick<Figure, 'what' | 'unit' | 'digits' | 'better'>) =>
      results.map(({ of, runs }): Figure => ({ of: of.name, ...what, values: runs.map(run => run[which]) }))
    const chart: Chart = {
      name: 'both',
      title: 'The LSTM with one part changed, a point a seed',
      x: { label: 'Emma: nats a character' },
      y: { label: 'sentences right, %' },
      series: results.map(({ of, runs }) => ({
        name: of.name,
        kind: 'points',
        points: runs.map(({ loss, right }) => [loss, right] as const),
      })),
    }
    return {
      figures: [
        ...figures('right', { what: 'sentences right', unit: '%', digits: 1, better: 'higher' }),
        ...figures('loss', { what: 'loss on Emma, a character', unit: 'nats', digits: 3, better: 'lower' }),
      ],
      charts: [chart],
    }
  },
}

/** A part of a run's share of progress. */
const part = ({ signal, onProgress }: Watch, begin: number, end: number) => ({
  ...(signal && { signal }),
  onProgress: ({ epoch, epochs, step, steps }: Progress) =>
    onProgress?.(begin + ((end - begin) * (epoch - 1 + step / steps)) / epochs),
})

type Watched = ReturnType<typeof part>

const common = { dropout: 0, learningRate: 0.005, clipNorm: 1 } as const

async function sentencesRight(
  cell: Cell,
  { training, kept }: { readonly training: readonly LabelledText[]; readonly kept: readonly LabelledText[] },
  { hidden, epochs }: Size,
  seed: number,
  watched: Watched,
): Promise<number> {
  const options = { cell, seed, hidden: [hidden], embedding: 32, pooling: 'last', epochs: epochs[0] } as const
  const plainly = { adversarial: 0, patience: epochs[0] } as const
  const train = async () => {
    const model = await TextClassifier.train(training, { ...common, ...options, ...plainly, ...watched })
    return 100 * (await model.evaluate(kept)).accuracy
  }
  return await orGuessing(train, 50)
}

async function textLoss(
  cell: Cell,
  texts: { readonly training: string; readonly kept: string },
  { hidden, epochs }: Size,
  seed: number,
  watched: Watched,
): Promise<number> {
  const options = { cell, seed, hidden: [hidden], embedding: 32, epochs: epochs[1], tokens: 'character' } as const
  const sizes = { batch: 16, unroll: 50, tieWeights: false } as const
  const guessing = frequencyLoss(texts)
  const train = async () => {
    const model = await LanguageModel.train(texts.training, { ...common, ...options, ...sizes, ...watched })
    return Math.min(guessing, (await model.evaluate(texts.kept)).loss)
  }
  return await orGuessing(train, guessing)
}

/** A training that diverges answers no better than who has learned nothing. */
async function orGuessing(train: () => Promise<number>, guessing: number): Promise<number> {
  try {
    return await train()
  } catch (error) {
    if (error instanceof DivergenceError) return guessing
    throw error
  }
}

/** Nats a character of who knows how often each occurs. */
function frequencyLoss({ training, kept }: { readonly training: string; readonly kept: string }): number {
  const counts = new Map<string, number>()
  for (const c of training) counts.set(c, (counts.get(c) ?? 0) + 1)
  const losses = [...kept].map(c => -Math.log((counts.get(c) ?? 1) / training.length))
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}

/** `count` of the rows, spread over all. */
const everyNth = <T>(rows: readonly T[], count: number): T[] =>
  rows.filter((_, k) => Math.floor((k * count) / rows.length) !== Math.floor(((k - 1) * count) / rows.length))
