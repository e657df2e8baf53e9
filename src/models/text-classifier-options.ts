/**
 * The options of a text classifier: names, defaults, ranges. The reasons of the defaults stand in `docs/defaults.md`.
 */
import { POOLINGS } from './classifier-forward.ts'
import {
  ANY_SIZE,
  directionOptions,
  networkOptions,
  seedOption,
  textOptions,
  trainingOptions,
} from './option-groups.ts'
import { completeOptions, type OptionTable, type OptionValues } from './option-table.ts'

/** Of Adam: three times its own default, since the schedule lowers it with every epoch. */
const ADAM_RATE = 0.003

export const textClassifierOptions = {
  ...seedOption,
  validation: {
    kind: 'number',
    default: 0.05,
    minimum: 0.01,
    maximum: 0.9,
    about: 'Fraction of each label kept for choosing the best epoch; not used when validation rows are given.',
  },
  ...textOptions,
  maxTokens: {
    kind: 'whole',
    default: 400,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Tokens of a text that are read; the rest is cut.',
  },
  wordDropout: {
    kind: 'number',
    default: 0.1,
    minimum: 0,
    maximum: 0.9,
    about: 'Share of tokens that training replaces by the unknown token.',
  },
  adversarial: {
    kind: 'number',
    default: 0.05,
    minimum: 0,
    maximum: 1,
    about: 'How far training moves word vectors against itself, as a share of their length; 0: not at all.',
  },
  ...networkOptions,
  ...directionOptions,
  pooling: {
    kind: 'choice',
    default: 'max',
    choices: POOLINGS,
    about: 'How the tokens of a text become one vector: its last state, or the mean, largest or attended one.',
  },
  ...trainingOptions,
  epochs: { ...trainingOptions.epochs, default: 8 },
  batch: { ...trainingOptions.batch, default: 16 },
  learningRate: {
    ...trainingOptions.learningRate,
    about: `Step size; by default ${ADAM_RATE}, with another optimizer than adam what suits it.`,
  },
  schedule: { ...trainingOptions.schedule, default: 'exponential' },
  classWeights: {
    kind: 'choice',
    default: 'none',
    choices: ['none', 'balanced'],
    about: 'Whether rare labels count as much as frequent ones.',
  },
} as const satisfies OptionTable

export type TextClassifierOptions = OptionValues<typeof textClassifierOptions>

/**
 * Checks given options and fills in the defaults.
 *
 * @throws {OptionError} an unknown name, a wrong type, a value out of range.
 */
export function completeClassifierOptions(given: Readonly<Record<string, unknown>>): TextClassifierOptions {
  const values = completeOptions('TextClassifier.train', textClassifierOptions, given)
  return { ...values, learningRate: values.learningRate ?? (values.optimizer === 'adam' ? ADAM_RATE : null) }
}
