/**
 * What a training of a classifier takes: the options of the table, and what is no plain value.
 */
import type { Cell } from '../cells/define.ts'
import type { LabelledText } from '../data/examples.ts'
import type { Device } from '../devices/device.ts'
import type { SubwordDocument } from '../text/subword-document.ts'
import type { OnProgress } from '../training/loop.ts'
import type { ClassifierParts, TextColumnNames } from './text-classifier-file.ts'
import type { TextClassifierOptions } from './text-classifier-options.ts'
import type { VectorOptions } from './vector-options.ts'

export interface TrainOptions extends Partial<Omit<TextClassifierOptions, 'cell'>>, VectorOptions {
  /** A built-in cell's name, or a cell of one's own. @default 'lstm' */
  readonly cell?: string | Cell
  /** Rows to choose the best epoch by, instead of a part of the given ones. */
  readonly validationRows?: readonly LabelledText[]
  /** The columns that the rows came from; kept in the model for tables to come. */
  readonly columns?: TextColumnNames
  /** A trained model to go on from, on new rows: new labels and words are added to its own. */
  readonly from?: ClassifierParts
  /** A `tokenizer.json` for `tokens: 'subword'` (`parseSubwords`); made of the texts when not given. */
  readonly subwords?: SubwordDocument
  /** Saves what is needed to go on after an interruption, after each epoch and every so often. */
  readonly checkpoint?: { readonly everySeconds: number; save(bytes: Uint8Array): Promise<void> }
  /** A checkpoint to go on from: of the same rows and options, but for `epochs`. */
  readonly resume?: Uint8Array
  /** Told after each step; a promise that it returns is awaited, so that training can be paused. */
  readonly onProgress?: OnProgress
  /** Stops training between two steps. */
  readonly signal?: AbortSignal
  readonly device?: Device
}
