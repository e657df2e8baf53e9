/**
 * The options of a language model: names, defaults, ranges. The reasons of the defaults stand in `docs/defaults.md`.
 */
import { ANY_SIZE, networkOptions, seedOption, textOptions, trainingOptions } from './option-groups.ts'
import type { OptionTable, OptionValues } from './option-table.ts'

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
  embedding: { ...networkOptions.embedding, default: 128 },
  hidden: { ...networkOptions.hidden, default: 256 },
  tieWeights: {
    kind: 'switch',
    default: false,
    about: 'The embedding is also the weight of the output; it is then as wide as the last hidden layer.',
  },
  ...trainingOptions,
  batch: { ...trainingOptions.batch, default: 32, about: 'Runs of the text that are read side by side.' },
  unroll: {
    kind: 'whole',
    default: 64,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Time steps that the gradient goes back.',
  },
  schedule: { ...trainingOptions.schedule, default: 'cosine' },
} as const satisfies OptionTable

export type LanguageModelOptions = OptionValues<typeof languageModelOptions>
