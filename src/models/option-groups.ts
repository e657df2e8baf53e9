/**
 * Options that several models take, in groups: how text is read, what the network is, how it is trained. A model's
 * table takes the groups and exchanges what has another default there.
 */
import { cellNames } from '../cells/names.ts'
import { activationNames } from '../formula/activations.ts'
import { initializationNames } from '../layers/initialization-names.ts'
import { MERGES } from '../layers/merges.ts'
import { TOKEN_KINDS } from '../text/tokenizer.ts'
import { optimizerNames } from '../training/optimizers/names.ts'
import { scheduleNames } from '../training/schedules/names.ts'
import type { OptionTable } from './option-table.ts'
import { SIZE_LIMITS } from './size-limits.ts'

/** The largest whole number that still makes sense for a size: what memory allows is checked where it is used. */
export const ANY_SIZE = 1_000_000

const share = (about: string, value = 0) =>
  ({ kind: 'number', default: value, minimum: 0, maximum: 0.95, about }) as const

export const seedOption = {
  seed: {
    kind: 'whole',
    default: 1,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    about: 'All that is drawn (weights, order, dropout, validation rows) follows from it.',
  },
} as const satisfies OptionTable

export const textOptions = {
  tokens: {
    kind: 'choice',
    default: 'word',
    choices: TOKEN_KINDS,
    about: 'What a token is: a word of any language, what stands between spaces, a character, or a part of a word.',
  },
  language: {
    kind: 'text',
    default: null,
    placeholder: 'TAG',
    about: 'Language of the text (en, zh, …); found from the text when not given.',
  },
  lowercase: { kind: 'switch', default: null, about: 'Fold capitals; by default for words only.' },
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
} as const satisfies OptionTable

export const networkOptions = {
  cell: {
    kind: 'text',
    default: 'lstm',
    placeholder: 'NAME|FILE',
    about: `The recurrent cell: ${cellNames.join(', ')}, or a module whose default export is a cell.`,
  },
  embedding: {
    kind: 'whole',
    default: 128,
    ...SIZE_LIMITS.embedding,
    about: 'Numbers in the vector of a token.',
  },
  hidden: {
    kind: 'sizes',
    default: 128,
    ...SIZE_LIMITS.hidden,
    about: 'Hidden units of a layer and direction; one number, or one for each layer.',
  },
  layers: {
    kind: 'whole',
    default: null,
    ...SIZE_LIMITS.layers,
    about: 'Recurrent layers, one above the other; by default as many as hidden sizes are given.',
  },
  activation: {
    kind: 'choice',
    default: null,
    choices: activationNames,
    about: "In place of the function of each of the cell's named quantities that is no gate.",
  },
  gateActivation: {
    kind: 'choice',
    default: null,
    choices: activationNames,
    about: 'In place of the sigmoid of each gate.',
  },
  initialization: {
    kind: 'choice',
    default: null,
    choices: initializationNames,
    about: "How the recurrent weights begin; by default as the cell's paper or PyTorch.",
  },
  forgetBias: {
    kind: 'number',
    default: 1,
    minimum: -20,
    maximum: 20,
    about: "What the forget gate's bias begins with.",
  },
  initialState: {
    kind: 'choice',
    default: 'zero',
    choices: ['zero', 'learned'],
    about: 'The state before the first token.',
  },
  dropout: share('Share of values set to zero in training: on the embedding, between layers, before the output.', 0.5),
  recurrentDropout: share(
    'Share of hidden units that the recurrent weights do not see in training, one mask a sequence.',
  ),
  zoneout: share('Share of hidden units that keep their state at a step of training.'),
  weightDrop: share('Share of recurrent weights set to zero for a step of training.'),
} as const satisfies OptionTable

/** For readers in both directions. */
export const directionOptions = {
  bidirectional: { kind: 'switch', default: true, about: 'Read the text in both directions.' },
  merge: {
    kind: 'choice',
    default: 'concat',
    choices: MERGES,
    about: 'How the outputs of the two directions become one.',
  },
} as const satisfies OptionTable

export const trainingOptions = {
  epochs: {
    kind: 'whole',
    default: 10,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Times all training data is gone through, at most.',
  },
  batch: {
    kind: 'whole',
    default: 32,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Sequences in one batch.',
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
  schedule: {
    kind: 'choice',
    default: 'constant',
    choices: scheduleNames,
    about: 'How the learning rate goes over the training.',
  },
  warmUp: {
    kind: 'whole',
    default: 0,
    minimum: 0,
    maximum: 1e9,
    about: 'Steps over which the learning rate rises to its full size.',
  },
  clipNorm: {
    kind: 'number',
    default: 5,
    minimum: 1e-6,
    maximum: 1e9,
    about: 'Longest gradient, over all weights together.',
  },
  clipValue: {
    kind: 'number',
    default: null,
    minimum: 1e-9,
    maximum: 1e9,
    about: 'Largest element of a gradient; by default not bounded.',
  },
  weightDecay: {
    kind: 'number',
    default: null,
    minimum: 0,
    maximum: 10,
    about: "How much weights (not biases) shrink at each step; by default the optimizer's own.",
  },
  labelSmoothing: {
    kind: 'number',
    default: 0,
    minimum: 0,
    maximum: 0.95,
    about: 'Share of the probability that training spreads over all answers.',
  },
  accumulate: {
    kind: 'whole',
    default: 1,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Batches that make one step of the optimizer.',
  },
  patience: {
    kind: 'whole',
    default: 3,
    minimum: 1,
    maximum: ANY_SIZE,
    about: 'Epochs without a better validation loss before training stops.',
  },
} as const satisfies OptionTable
