/** What the built-in cells are called, without loading them. */
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'

/** In the order of an option's help. */
export const cellNames = [
  'rnn',
  'rnn-relu',
  'irnn',
  'lstm',
  'lstm-peephole',
  'lstm-coupled',
  'lstm-projection',
  'lstm-layer-norm',
  'gru',
  'gru-reset-before',
  'gru-layer-norm',
] as const

export type CellName = (typeof cellNames)[number]

export const isCellName = (name: string): name is CellName => cellNames.some(known => known === name)

export const noSuchCell = (name: string): OptionError =>
  new OptionError(`cell: expected one of ${cellNames.join(', ')}, got "${name}".${didYouMean(name, cellNames)}`)
