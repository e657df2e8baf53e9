/**
 * The options of the commands of language models, as tables.
 */
import { languageModelOptions } from '../models/language-model-options.ts'
import type { OptionTable } from '../models/option-table.ts'
import { checkpointOptions, deviceOptions, encodingOption, wordFileOptions } from './option-tables.ts'

export const trainLanguageModelOptions = {
  ...encodingOption,
  test: { kind: 'text', default: null, placeholder: 'FILE', about: 'Text to judge the finished model on.' },
  out: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: "Model file to write; by default the first file's name with .safetensors, in the current folder.",
  },
  ...checkpointOptions,
  ...deviceOptions,
  ...wordFileOptions,
  ...languageModelOptions,
  validation: {
    kind: 'text',
    default: String(languageModelOptions.validation.default),
    placeholder: 'FILE|FRACTION',
    about: 'Text to choose the best epoch by, or the fraction at the end of the given one that is kept for it.',
  },
} as const satisfies OptionTable

export const nextOptions = {
  top: { kind: 'whole', default: 10, minimum: 1, maximum: 1_000_000, about: 'How many, the most probable first.' },
  ...deviceOptions,
} as const satisfies OptionTable

export const generateOptions = {
  prompt: { kind: 'text', default: '', placeholder: 'TEXT', about: 'Text to go on from; by default a beginning.' },
  length: { kind: 'whole', default: 100, minimum: 1, maximum: 1_000_000_000, about: 'Tokens to write, at most.' },
  temperature: {
    kind: 'number',
    default: 1,
    minimum: 0,
    maximum: 100,
    about: 'Below 1 the probable is more probable; 0 always takes the most probable token.',
  },
  topK: {
    kind: 'whole',
    default: null,
    minimum: 1,
    maximum: 1_000_000_000,
    about: 'Draw from so many of the most probable tokens only.',
  },
  topP: {
    kind: 'number',
    default: 1,
    minimum: 1e-9,
    maximum: 1,
    about: 'Draw from the most probable tokens only that together have this probability.',
  },
  seed: {
    kind: 'whole',
    default: 1,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    about: 'All that is drawn follows from it: the same seed writes the same text.',
  },
  stop: { kind: 'text', default: null, placeholder: 'TEXT', about: 'Stop where this would be written.' },
  ...deviceOptions,
} as const satisfies OptionTable
