/**
 * The options of a language model: names, ranges, and defaults, of which some depend on what a token is. The reasons of
 * the defaults stand in `docs/defaults.md`.
 */
import { ANY_SIZE, networkOptions, seedOption, textOptions, trainingOptions } from './option-groups.ts'
import { completeOptions, type OptionTable, type OptionValues } from './option-table.ts'

/** Where a token is a word or a piece of one: many different tokens, a few of which stand for most of the text. */
const COARSE = {
  embedding: 128,
  hidden: 128,
  tieWeights: true,
  dropout: 0.3,
  epochs: 8,
  batch: 16,
  unroll: 32,
  learningRate: 0.005,
} as const

/** Where it is a character. */
const FINE = {
  embedding: 64,
  hidden: 320,
  tieWeights: false,
  dropout: 0.2,
  epochs: 10,
  batch: 32,
  unroll: 64,
  learningRate: 0.004,
} as const

/** So many windows an epoch has at least, unless a batch is given: a short text is cut into fewer runs. */
const WINDOWS = 100

/** Where even one run has fewer windows, epochs are added in proportion, up to so many. */
const MOST_EPOCHS = 50

type Name = keyof typeof COARSE

/** Says the defaults of both. */
const byKind = (name: Name): string => `by default ${COARSE[name]}, for characters ${FINE[name]}`

export const languageModelOptions = {
  ...seedOption,
  validation: {
    kind: 'number',
    default: 0.1,
    minimum: 0.001,
    maximum: 0.9,
    about: 'Fraction at the end of the text kept for choosing the best epoch; not used when another text is given.',
  },
  ...textOptions,
  minimumCount: {
    ...textOptions.minimumCount,
    default: null,
    about: 'Times a token must occur in training to have a vector of its own; by default 3 for words, else 1.',
  },
  lineEnd: {
    kind: 'text',
    default: null,
    placeholder: 'TOKEN',
    about: 'A token for each line end, as <eos> in the Penn Treebank; by default line ends of words are white space.',
  },
  ...networkOptions,
  embedding: {
    ...networkOptions.embedding,
    default: null,
    about: `Numbers in the vector of a token; ${byKind('embedding')}, with tied weights the width of the last layer.`,
  },
  hidden: {
    ...networkOptions.hidden,
    default: null,
    about: `Hidden units of a layer; one number, or one for each layer; ${byKind('hidden')}.`,
  },
  tieWeights: {
    kind: 'switch',
    default: null,
    about:
      'The embedding is also the weight of the output, as wide as the last layer; by default for words and subwords.',
  },
  dropout: {
    ...networkOptions.dropout,
    default: null,
    about: `${networkOptions.dropout.about.slice(0, -1)}; ${byKind('dropout')}.`,
  },
  ...trainingOptions,
  epochs: {
    ...trainingOptions.epochs,
    default: null,
    about: `Times all the text is gone through, at most; ${byKind('epochs')}, of a short text more.`,
  },
  batch: {
    ...trainingOptions.batch,
    default: null,
    about: `Runs of the text that are read side by side; ${byKind('batch')}, of a short text fewer.`,
  },
  unroll: {
    kind: 'whole',
    default: null,
    minimum: 1,
    maximum: ANY_SIZE,
    about: `Time steps that the gradient goes back; ${byKind('unroll')}.`,
  },
  learningRate: {
    ...trainingOptions.learningRate,
    about: `Step size; ${byKind('learningRate')}, with another optimizer what suits it.`,
  },
  schedule: { ...trainingOptions.schedule, default: 'cosine' },
} as const satisfies OptionTable

type Values = OptionValues<typeof languageModelOptions>

/** All options with their values; the learning rate may be the optimizer's own. */
export type LanguageModelOptions = {
  readonly [N in keyof Values]: N extends Exclude<Name, 'learningRate'> | 'minimumCount'
    ? NonNullable<Values[N]>
    : Values[N]
}

export interface KnownBefore {
  /** Width of a layer's output, by its hidden units. @default as many */
  readonly widthOf?: (hidden: number) => number
  /** Of the text that is trained on. @default enough for a whole batch */
  readonly tokens?: number
}

/**
 * Checks given options and fills in the defaults that suit what a token is, the cell and the text.
 *
 * @throws {OptionError} an unknown name, a wrong type, a value out of range.
 */
export function completeLanguageOptions(
  where: string,
  given: Readonly<Record<string, unknown>>,
  { widthOf = hidden => hidden, tokens = Number.POSITIVE_INFINITY }: KnownBefore = {},
): LanguageModelOptions {
  const values = completeOptions(where, languageModelOptions, given)
  const isFine = values.tokens === 'character' || values.tokens === 'code-point'
  const suited = isFine ? FINE : COARSE
  const hidden = values.hidden ?? suited.hidden
  const width = widthOf(typeof hidden === 'number' ? hidden : hidden[hidden.length - 1])
  const tieWeights = values.tieWeights ?? (suited.tieWeights && (values.embedding ?? width) === width)
  const unroll = values.unroll ?? suited.unroll
  const batch = values.batch ?? Math.max(1, Math.min(suited.batch, Math.floor(tokens / (unroll * WINDOWS))))
  const epochs = Math.ceil((suited.epochs * WINDOWS * batch * unroll) / tokens)
  return {
    ...values,
    minimumCount: values.minimumCount ?? (values.tokens === 'word' ? 3 : 1),
    hidden,
    tieWeights,
    embedding: values.embedding ?? (tieWeights ? width : suited.embedding),
    dropout: values.dropout ?? suited.dropout,
    epochs: values.epochs ?? Math.max(suited.epochs, Math.min(MOST_EPOCHS, epochs)),
    batch,
    unroll,
    learningRate: values.learningRate ?? (values.optimizer === 'adam' ? suited.learningRate : null),
  }
}
