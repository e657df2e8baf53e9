/** What `WordVectors.train` takes besides the text. */
import type { Device } from '../../devices/device.ts'
import type { Progress } from '../../training/loop.ts'
import type { WordVectorModelOptions } from './word-vector-options.ts'

export interface WordVectorTrainOptions extends Partial<WordVectorModelOptions> {
  /** Saves what is needed to go on after an interruption, after each epoch and every so often. */
  readonly checkpoint?: { readonly everySeconds: number; save(bytes: Uint8Array): Promise<void> }
  /** A checkpoint to go on from: of the same text and options, but for `epochs`. */
  readonly resume?: Uint8Array
  /** The loss is that of a sample of the predictions. */
  readonly onProgress?: (progress: Progress) => void
  /** Stops training between two chunks of text. */
  readonly signal?: AbortSignal
  /** A wasm device. @default the one of tensors that name none */
  readonly device?: Device
}
