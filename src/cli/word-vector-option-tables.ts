/**
 * The options of the commands of word vectors, as tables.
 */
import type { OptionTable } from '../models/option-table.ts'
import { wordVectorOptions } from '../models/word-vectors/word-vector-options.ts'
import { checkpointOptions, deviceOptions, encodingOption } from './option-tables.ts'

const { from: _, ...ownCheckpointOptions } = checkpointOptions

export const trainWordVectorsOptions = {
  ...encodingOption,
  format: {
    kind: 'choice',
    default: 'safetensors',
    choices: ['safetensors', 'text', 'binary'],
    about: 'What to write: a model file, or the text or binary format of word2vec for other programs.',
  },
  out: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: "File to write; by default the first file's name with .safetensors, .vec or .bin, in the current folder.",
  },
  ...ownCheckpointOptions,
  ...deviceOptions,
  ...wordVectorOptions,
} as const satisfies OptionTable

export const similarOptions = {
  top: { kind: 'whole', default: 10, minimum: 1, maximum: 1_000_000, about: 'How many, the nearest first.' },
} as const satisfies OptionTable
