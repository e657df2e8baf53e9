/**
 * The options of a text classifier: names, defaults, ranges. The reasons of the defaults stand in `docs/defaults.md`.
 */
import { optimizerNames } from '../training/optimizers/registry.ts'
import type { OptionTable, OptionValues } from './option-table.ts'

/** The largest whole number that still makes sense for a size: what memory allows is checked where it is used. */
const ANY_SIZE = 1_000_000

export const textClassifierOptions = {
  seed: {
    kind: 'whole',
    default: 1,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    about: 'All that is drawn (weights, order, dropout, validation rows) follows from it.',
  },
  validation: {
    kind: 'number',
    default: 0.1,
    minimum: 0.01,
    maximum: 0.9,
    about: 'Fraction of each label kept for choosing the best epoch; not used when validation rows are given.',
  },
  tokens: {
    kind: 'choice',
    default: 'word',
    choices: ['word', 'space', 'character'],
    about: 'What a token is: a word of any language, what stands between spaces, or a character.',
  },
  language: {
    kind: 'text',
    default: null,
    placeholder: 'TAG',
    about: 'Language of the text (en, zh, …); found from the text when not given.',
  },
  lowercase: {
    kind: 'switch',
    default: null,
    about: 'Fold capitals; by default for words only.',
  },
  maxTokens: {
    kind: 'whole',
    default: 400,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Tokens of a text that are read; the rest is cut.',
  },
  vocabulary: {
    kind: 'whole',
    default: 20_000,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Most different tokens that have a vector of their own.',
  },
  minimumCount: {
    kind: 'whole',
    default: 2,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Times a token must occur in training to have a vector of its own.',
  },
  wordDropout: {
    kind: 'number',
    default: 0.1,
    minimum: 0,
    maximum: 0.9,
    about: 'Share of tokens that training replaces by the unknown token.',
  },
  cell: {
    kind: 'text',
    default: 'lstm',
    placeholder: 'NAME',
    about: 'The recurrent cell.',
  },
  embedding: {
    kind: 'whole',
    default: 64,
    minimum: 1,
    maximum: 65_536,
    about: 'Numbers in the vector of a token.',
  },
  hidden: {
    kind: 'whole',
    default: 64,
    minimum: 1,
    maximum: 65_536,
    about: 'Hidden units of a layer and direction.',
  },
  layers: {
    kind: 'whole',
    default: 1,
    minimum: 1,
    maximum: 64,
    about: 'Recurrent layers, one above the other.',
  },
  bidirectional: {
    kind: 'switch',
    default: true,
    about: 'Read the text in both directions.',
  },
  pooling: {
    kind: 'choice',
    default: 'last',
    choices: ['last', 'mean', 'max', 'attention'],
    about: 'How the tokens of a text become one vector: its last state, or the mean, largest or attended one.',
  },
  dropout: {
    kind: 'number',
    default: 0.5,
    minimum: 0,
    maximum: 0.95,
    about: 'Share of values set to zero in training: on the embedding, between layers, before the output.',
  },
  epochs: {
    kind: 'whole',
    default: 10,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Times all training rows are gone through, at most.',
  },
  batch: {
    kind: 'whole',
    default: 32,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Texts in one step of the optimizer.',
  },
  optimizer: {
    kind: 'choice',
    default: 'adam',
    choices: optimizerNames,
    about: 'How the weights follow the gradient.',
  },
  learningRate: {
    kind: 'number',
    default: null,
    minimum: 1e-9,
    maximum: 1000,
    about: 'Step size; by default what suits the optimizer.',
  },
  clipNorm: {
    kind: 'number',
    default: 5,
    minimum: 1e-6,
    maximum: 1e9,
    about: 'Longest gradient, over all weights together.',
  },
  patience: {
    kind: 'whole',
    default: 3,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Epochs without a better validation loss before training stops.',
  },
} as const satisfies OptionTable

export type TextClassifierOptions = OptionValues<typeof textClassifierOptions>
