/**
 * The options of word vectors: names, ranges, defaults; those of word2vec. The reasons of the defaults stand in
 * `docs/defaults.md`.
 */
import { seedOption, textOptions, trainingOptions } from '../option-groups.ts'
import { completeOptions, type OptionTable, type OptionValues } from '../option-table.ts'

/** By architecture. */
const LEARNING_RATE = { cbow: 0.05, 'skip-gram': 0.025 } as const

export const wordVectorOptions = {
  ...seedOption,
  tokens: { ...textOptions.tokens, choices: ['word', 'space', 'character', 'code-point'] },
  language: textOptions.language,
  lowercase: textOptions.lowercase,
  vocabulary: {
    ...textOptions.vocabulary,
    default: null,
    about: 'Most different words that have a vector; by default all that occur often enough.',
  },
  minimumCount: {
    ...textOptions.minimumCount,
    default: 5,
    about: 'Times a word must occur to have a vector; of others nothing is learned.',
  },
  boundary: {
    kind: 'choice',
    default: 'line',
    choices: ['line', 'paragraph'],
    about: 'What a window does not reach beyond: the end of a line, or an empty line (for text with line breaks).',
  },
  architecture: {
    kind: 'choice',
    default: 'cbow',
    choices: ['cbow', 'skip-gram'],
    about: 'cbow: the mean of the words around tells the word; skip-gram: each word around tells it.',
  },
  loss: {
    kind: 'choice',
    default: 'negative-sampling',
    choices: ['negative-sampling', 'hierarchical-softmax'],
    about: 'What the word is told from: a few words drawn by chance, or a tree of all words.',
  },
  embedding: {
    kind: 'whole',
    default: 100,
    minimum: 1,
    maximum: 4096,
    about: 'Numbers in the vector of a word.',
  },
  window: {
    kind: 'whole',
    default: 5,
    minimum: 1,
    maximum: 100,
    about: 'Words to each side, at most: how many is drawn anew for each place.',
  },
  negative: {
    kind: 'whole',
    default: 5,
    minimum: 1,
    maximum: 60,
    about: 'Words drawn by chance for each place, with negative sampling.',
  },
  subsample: {
    kind: 'number',
    default: 0.001,
    minimum: 0,
    maximum: 1,
    about: 'Words that are a larger share of the text are left out now and then; 0 leaves none out.',
  },
  epochs: { ...trainingOptions.epochs, default: 5, about: 'Times all the text is gone through.' },
  learningRate: {
    ...trainingOptions.learningRate,
    about:
      'Step size at the beginning, which falls to nothing; ' +
      `by default ${LEARNING_RATE.cbow}, for skip-gram ${LEARNING_RATE['skip-gram']}.`,
  },
  fast: {
    kind: 'switch',
    default: false,
    about: 'Let threads race, as word2vec does: faster with several, but each run gives other vectors.',
  },
} as const satisfies OptionTable

type Values = OptionValues<typeof wordVectorOptions>

/** All options with their values. */
export type WordVectorModelOptions = {
  readonly [N in keyof Values]: N extends 'learningRate' ? NonNullable<Values[N]> : Values[N]
}

/**
 * Checks given options and fills in the defaults.
 *
 * @throws {OptionError} an unknown name, a wrong type, a value out of range.
 */
export function completeWordVectorOptions(
  where: string,
  given: Readonly<Record<string, unknown>>,
): WordVectorModelOptions {
  const values = completeOptions(where, wordVectorOptions, given)
  return { ...values, learningRate: values.learningRate ?? LEARNING_RATE[values.architecture] }
}
