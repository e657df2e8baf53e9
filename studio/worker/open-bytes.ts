/**
 * A model of any kind from a file's bytes; one kind is loaded, not all. What reads a file is called, not the classes
 * `TextClassifier` and `LanguageModel`, which bring their training along.
 */

import type { ClassifierSubject, LanguageSubject } from '../../src/inspect/subject.ts'
import type { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import { defaultDevice } from '../../src/tensor/default-device.ts'

interface Warned {
  /** What reading the file found odd. */
  readonly warnings: readonly string[]
}

/** What reads a text, token by token. */
export type ReadingModel = (ClassifierSubject | LanguageSubject) & Warned

export type AnyModel = ReadingModel | WordVectors

/** As the document has them, which stands in a string of the header; what is found is checked by who reads it. */
const SUBWORDS = '\\"tokens\\":\\"subword\\"'
const LANGUAGE_MODEL = '\\"task\\":\\"language-model\\"'
const WORD_VECTORS = '\\"task\\":\\"word-vectors\\"'
const LENGTH_BYTES = 8
const LONGEST_HEADER_BYTES = 2 ** 27

/** Vectors of other programs (word2vec, GloVe, fastText) have nothing but their file's name to be known by. */
const FOREIGN_VECTORS = /\.(?:vec|bin|txt)$/i

/**
 * @param name  The file's. @default a file of ours
 * @throws {ModelFileError} damaged, of a kind that is not known, or larger than makes sense.
 */
export async function openBytes(bytes: Uint8Array, name = ''): Promise<AnyModel> {
  const header = headerText(bytes)
  if (header.includes(SUBWORDS)) await (await import('../../src/text/subword-library.ts')).loadSubwords()
  if (header.includes(WORD_VECTORS) || FOREIGN_VECTORS.test(name)) {
    return (await import('../../src/models/word-vectors/word-vectors.ts')).WordVectors.fromBytes(bytes)
  }
  if (header.includes(LANGUAGE_MODEL)) {
    return (await import('../../src/models/language-model-file.ts')).readLanguageModel(bytes, defaultDevice())
  }
  const { readClassifier } = await import('../../src/models/text-classifier-file.ts')
  const { networkFrom } = await import('../../src/models/classifier-network.ts')
  const parts = readClassifier(bytes, defaultDevice())
  return { ...parts, network: networkFrom(parts.network) }
}

/** What safetensors says of itself, unchecked; empty where there is no such thing. */
function headerText(bytes: Uint8Array): string {
  if (bytes.length < LENGTH_BYTES) return ''
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const end = Math.min(bytes.length, LENGTH_BYTES + Math.min(length, LONGEST_HEADER_BYTES))
  return new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, end))
}
