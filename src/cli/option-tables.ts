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

/** How a table in a file is read. */
const fileOptions = {
  header: { kind: 'switch', default: true, about: 'The first row of a csv or tsv file names the columns.' },
  encoding: {
    kind: 'text',
    default: null,
    placeholder: 'NAME',
    about: 'Encoding of the files (gb18030, utf-16le, …); by default UTF-8, or what a byte-order mark says.',
  },
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

const deviceOptions = {
  arithmetic: {
    kind: 'choice',
    default: 'relaxed',
    choices: ['relaxed', 'plain'],
    about: 'relaxed is the faster one where the engine has it; plain gives the same bits on every machine.',
  },
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
  ...deviceOptions,
  ...textClassifierOptions,
  validation: {
    kind: 'text',
    default: String(textClassifierOptions.validation.default),
    placeholder: 'FILE|FRACTION',
    about: 'Labelled texts to choose the best epoch by, or the fraction of each label that is kept for it.',
  },
  cell: {
    ...textClassifierOptions.cell,
    placeholder: 'NAME|FILE',
    about: 'The recurrent cell: lstm, gru, rnn, rnn-relu, or a .ts or .js file whose default export is a cell.',
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
