/**
 * The options of each command, as tables: flags, help, checks and `docs/cli.md` are made from them.
 */
import type { OptionKind, OptionTable } from '../models/option-table.ts'
import { textClassifierOptions } from '../models/text-classifier-options.ts'

/** What every command takes. */
export const generalOptions = {
  json: { kind: 'switch', default: false, about: 'Write JSON to standard output.' },
  quiet: { kind: 'switch', default: false, about: 'Write nothing to standard error but errors.' },
  debug: { kind: 'switch', default: false, about: 'Show the stack of an error.' },
} as const satisfies OptionTable

const textColumn = {
  kind: 'text',
  default: null,
  placeholder: 'COL',
  about: 'Column of the text, by name (or number from 1, with --no-header); found when not given.',
} as const satisfies OptionKind

export const encodingOption = {
  encoding: {
    kind: 'text',
    default: null,
    placeholder: 'NAME',
    about: 'Encoding of the files (gb18030, utf-16le, …); by default UTF-8, or what a byte-order mark says.',
  },
} as const satisfies OptionTable

/** How a table in a file is read. */
const fileOptions = {
  header: { kind: 'switch', default: true, about: 'The first row of a csv or tsv file names the columns.' },
  ...encodingOption,
} as const satisfies OptionTable

const labelledFileOptions = {
  text: textColumn,
  label: {
    kind: 'text',
    default: null,
    placeholder: 'COL',
    about: 'Column of the label; found when not given.',
  },
  ...fileOptions,
} as const satisfies OptionTable

export const deviceOptions = {
  arithmetic: {
    kind: 'choice',
    default: 'relaxed',
    choices: ['relaxed', 'plain'],
    about: 'relaxed is the faster one where the engine has it; plain gives the same bits on every machine.',
  },
  threads: {
    kind: 'whole',
    default: null,
    minimum: 1,
    maximum: 256,
    about: 'Threads to divide the work among; as many as there are cores when not given. The results are the same.',
  },
} as const satisfies OptionTable

/** Where a training goes on from, and what it leaves for that. */
export const checkpointOptions = {
  from: {
    kind: 'text',
    default: null,
    placeholder: 'MODEL',
    about: 'Trained model to go on from, on new data; what it has settled stays (cell, sizes, how text is read).',
  },
  checkpoint: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'File that an interrupted training goes on from; by default that of --out with .checkpoint after it.',
  },
  checkpointEvery: {
    kind: 'number',
    default: 30,
    minimum: 0,
    maximum: 1_000_000,
    about: 'Seconds after which the checkpoint is written again, besides the end of each epoch.',
  },
  resume: {
    kind: 'switch',
    default: false,
    about: 'Go on from the checkpoint; from the beginning where there is none yet.',
  },
} as const satisfies OptionTable

/** Files that a training's words come from. */
export const wordFileOptions = {
  subwords: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'A tokenizer.json for --tokens subword; made of the training texts when not given.',
  },
  vectors: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'Word vectors (of train word-vectors, word2vec, GloVe) that known words begin with; they set --embedding.',
  },
  freezeVectors: { kind: 'switch', default: false, about: 'Leave those vectors as they are.' },
} as const satisfies OptionTable

export const trainClassifierOptions = {
  ...labelledFileOptions,
  test: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'Labelled texts to judge the finished model on.',
  },
  out: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: "Model file to write; by default the data file's name with .safetensors, in the current folder.",
  },
  ...checkpointOptions,
  ...deviceOptions,
  ...wordFileOptions,
  ...textClassifierOptions,
  validation: {
    kind: 'text',
    default: String(textClassifierOptions.validation.default),
    placeholder: 'FILE|FRACTION',
    about: 'Labelled texts to choose the best epoch by, or the fraction of each label that is kept for it.',
  },
} as const satisfies OptionTable

export const predictOptions = {
  file: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'Texts from a csv, tsv, jsonl or txt file, after those of the command line.',
  },
  text: textColumn,
  ...fileOptions,
  out: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'File to write the answers to, instead of standard output.',
  },
  ...deviceOptions,
} as const satisfies OptionTable

export const evaluateOptions = { ...labelledFileOptions, ...deviceOptions } as const satisfies OptionTable

export const benchOptions = {
  workload: {
    kind: 'text',
    default: null,
    placeholder: 'NAMES',
    about: 'Workloads, with commas between; all when not given (with --profile: three).',
  },
  phase: {
    kind: 'choice',
    default: null,
    choices: ['train', 'infer', 'stream', 'generate'],
    about: 'One phase only.',
  },
  form: {
    kind: 'choice',
    default: null,
    choices: ['own-cell', 'lazy'],
    about: 'One form only: the LSTM as a user would write it, or Adam that leaves unused rows alone.',
  },
  mode: {
    kind: 'choice',
    default: null,
    choices: ['wide', 'narrow', 'plain'],
    about: 'How kernels compute; the fastest that the engine has when not given.',
  },
  threads: { kind: 'whole', default: 1, minimum: 1, maximum: 256, about: 'Threads.' },
  profile: { kind: 'switch', default: false, about: 'Tell where the time goes, instead of how long it takes.' },
  budget: { kind: 'whole', default: 3000, minimum: 1, maximum: 3_600_000, about: 'Measuring time for one result, ms.' },
  patience: {
    kind: 'whole',
    default: 6,
    minimum: 1,
    maximum: 1000,
    about: 'How many budgets to wait for other processes to leave the cores alone.',
  },
  runs: {
    kind: 'whole',
    default: 400,
    minimum: 1,
    maximum: 1_000_000,
    about:
      'Timed runs that are enough for one result: no window of 100 ms begins after them; the last one is finished.',
  },
} as const satisfies OptionTable
