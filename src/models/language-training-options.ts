/**
 * What `LanguageModel.train` takes besides the text.
 */
import type { Cell } from '../cells/define.ts'
import type { Device } from '../devices/device.ts'
import type { SubwordDocument } from '../text/subword-document.ts'
import type { OnProgress } from '../training/loop.ts'
import type { LanguageModelParts } from './language-model-file.ts'
import type { LanguageModelOptions } from './language-model-options.ts'
import type { LanguageText } from './language-text.ts'
import type { VectorOptions } from './vector-options.ts'

/** A `LanguageModel`. */
export interface TrainedLanguageModel extends LanguageModelParts {
  toBytes(): Uint8Array
}

export interface LanguageTrainOptions extends Partial<Omit<LanguageModelOptions, 'cell'>>, VectorOptions {
  /** A built-in cell's name, or a cell of one's own. @default 'lstm' */
  readonly cell?: string | Cell
  /** Another text to choose the best epoch by, instead of the end of the given one. */
  readonly validationText?: LanguageText
  /** A `tokenizer.json` for subwords (`parseSubwords`); made from the text if absent. */
  readonly subwords?: SubwordDocument
  /** A trained model to go on from, on another text: frequent new tokens are added to its own. */
  readonly from?: TrainedLanguageModel
  /** Saves what is needed to go on after an interruption, after each epoch and every so often. */
  readonly checkpoint?: { readonly everySeconds: number; save(bytes: Uint8Array): Promise<void> }
  /** A checkpoint to go on from: of the same text and options, but for `epochs`. */
  readonly resume?: Uint8Array
  /** Told after each step; a promise that it returns is awaited, so that training can be paused. */
  readonly onProgress?: OnProgress
  /** Stops training between two steps. */
  readonly signal?: AbortSignal
  readonly device?: Device
}
