/** A model is its weights: its file, opened. */
import { ModelFileError } from '../../../src/errors/errors.ts'
import { dataOffset, readSafetensors } from '../../../src/formats/safetensors.ts'
import { predictionsOf } from '../../../src/inspect/predictions.ts'
import type { InspectedPrediction } from '../../../src/inspect/report.ts'
import { readingOf } from '../../../src/inspect/subject.ts'
import { type LanguageModelParts, writeLanguageModel } from '../../../src/models/language-model-file.ts'
import { type ClassifierParts, writeClassifier } from '../../../src/models/text-classifier-file.ts'
import { openBytes, type ReadingModel } from '../../worker/open-bytes.ts'

export interface FileTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly numbers: number
}

export interface FileAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of the header: 8 bytes with its length, then names, shapes, vocabulary, settings. */
  readonly headerBytes: number
  readonly tensors: readonly FileTensor[]
  readonly numbers: number
}

/** What reads a model's file gives all of its parts back; what writes it takes them. */
export function fileOf(model: ReadingModel): FileAnswer {
  const written =
    'labels' in model
      ? writeClassifier(model as unknown as ClassifierParts)
      : writeLanguageModel(model as unknown as LanguageModelParts)
  const bytes = Uint8Array.from(written)
  const tensors = [...readSafetensors(bytes).tensors].map(([name, { shape }]) => ({
    name,
    shape: [...shape],
    numbers: shape.reduce((product, size) => product * size, 1),
  }))
  return {
    bytes,
    headerBytes: dataOffset(bytes),
    tensors,
    numbers: tensors.reduce((sum, { numbers }) => sum + numbers, 0),
  }
}

export interface ReadAgain {
  readonly before: InspectedPrediction
  readonly after: InspectedPrediction
  /** Whether both have the same bits. */
  readonly isSame: boolean
}

/** Predicts with the model, and with one that is read from these bytes. */
export async function readAgain(
  model: ReadingModel,
  { bytes, text }: { readonly bytes: Uint8Array; readonly text: string },
  signal: AbortSignal,
): Promise<ReadAgain> {
  const again = await openBytes(bytes, 'again.safetensors')
  if (!('network' in again)) throw new ModelFileError('studio: expected a model that reads texts, got word vectors.')
  const last = async (subject: ReadingModel): Promise<InspectedPrediction> => {
    const predictions = await predictionsOf(subject, readingOf(subject, text), { signal })
    return predictions[predictions.length - 1]
  }
  const [before, after] = [await last(model), await last(again)]
  return { before, after, isSame: JSON.stringify(before) === JSON.stringify(after) }
}
