/** Models in files. */
import { createHash } from 'node:crypto'
import type { Device } from '../../devices/device.ts'
import { ModelFileError } from '../../errors/errors.ts'
import { dataOffset, isSafetensors } from '../../formats/safetensors.ts'
import { useSha256 } from '../../formats/sha256.ts'
import type { LanguageModel } from '../../models/language-model.ts'
import type { TextClassifier } from '../../models/text-classifier.ts'
import type { WordVectors } from '../../models/word-vectors/word-vectors.ts'
import { loadSubwords } from '../../text/subword-library.ts'
import { readBytes, writeFileAtomically } from './files.ts'

// The first megabyte takes 1 ms instead of 23, later ones 0.5 instead of 7 (Node 24, Zen 5, November 2026).
useSha256(bytes => createHash('sha256').update(bytes).digest('hex'))

/**
 * Writes a model, whole or not at all.
 *
 * @throws {DataError} The folder is missing or may not be written, or the disk is full; an old file is as it was.
 */
export async function writeModel(path: string, model: { toBytes(): Uint8Array }): Promise<void> {
  await writeFileAtomically(path, model.toBytes())
}

/** A model with a network; `instanceof` tells which. */
export type AnyModel = TextClassifier | LanguageModel

/** All that a file can hold. */
export type ModelOrVectors = AnyModel | WordVectors

/** A class of models. */
export interface ModelKind<M extends ModelOrVectors> {
  fromBytes(bytes: Uint8Array, options?: { readonly device?: Device }): M
}

/**
 * Reads a model.
 *
 *     const model = await readModel('reviews.safetensors', { kind: TextClassifier })
 *
 * @param options  `kind`: the class that it must be of. @default whatever the file has
 * @throws {DataError}      There is no such file, or it may not be read.
 * @throws {ModelFileError} It is no model, or a damaged one, or of another kind; names the file.
 */
export async function readModel<M extends ModelOrVectors = AnyModel>(
  path: string,
  options: { readonly device?: Device; readonly kind?: ModelKind<M> } = {},
): Promise<M> {
  const bytes = await readBytes(path)
  const kind = options.kind ?? ((await kindOf(bytes)) as ModelKind<AnyModel> as ModelKind<M>)
  return await parsed(path, bytes, kind, options.device)
}

/**
 * Reads a model or word vectors, these also from the files of other programs (word2vec, GloVe).
 *
 * @throws as `readModel`.
 */
export async function readModelOrVectors(path: string): Promise<ModelOrVectors> {
  const bytes = await readBytes(path)
  const { looksLikeWord2Vec } = await import('../../models/word-vectors/word2vec-format.ts')
  if (!isMentioned(WORD_VECTORS, bytes) && !looksLikeWord2Vec(bytes))
    return await parsed(path, bytes, await kindOf(bytes))
  return await parsed(path, bytes, (await import('../../models/word-vectors/word-vectors.ts')).WordVectors)
}

/** Enough to tell a model and word vectors from anything else. */
const TELLING_BYTES = 64

/**
 * Looks whether a file begins as a model or as word vectors do; the rest of it is not read.
 *
 * @throws {DataError}      There is no such file, or it may not be read.
 * @throws {ModelFileError} It is something else; names the file.
 */
export async function requireModelOrVectors(path: string): Promise<void> {
  const begin = await readBytes(path, TELLING_BYTES)
  const { looksLikeWord2Vec } = await import('../../models/word-vectors/word2vec-format.ts')
  if (!isSafetensors(begin) && !looksLikeWord2Vec(begin)) naming(path, () => dataOffset(begin))
}

async function parsed<M extends ModelOrVectors>(
  path: string,
  bytes: Uint8Array,
  kind: ModelKind<M>,
  device?: Device,
): Promise<M> {
  if (isMentioned(SUBWORDS, bytes)) await loadSubwords()
  return naming(path, () => kind.fromBytes(bytes, device ? { device } : {}))
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof ModelFileError) throw new ModelFileError(`${path}: ${cause.message}`, { cause })
    throw cause
  }
}

/** As the document has it, which stands in a string of the header; what is found is checked by who reads it. */
const SUBWORDS = '\\"tokens\\":\\"subword\\"'
const WORD_VECTORS = '\\"task\\":\\"word-vectors\\"'
const LANGUAGE_MODEL = '\\"task\\":\\"language-model\\"'
const LONGEST_HEADER_BYTES = 2 ** 27

/** One kind is loaded, not all. */
async function kindOf(bytes: Uint8Array): Promise<ModelKind<AnyModel>> {
  if (isMentioned(LANGUAGE_MODEL, bytes)) return (await import('../../models/language-model.ts')).LanguageModel
  return (await import('../../models/text-classifier.ts')).TextClassifier
}

/** Costs a few milliseconds where it is not. */
function isMentioned(words: string, bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST_HEADER_BYTES)).includes(words)
}
