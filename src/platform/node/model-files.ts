/** Models in files. */
import type { Device } from '../../devices/device.ts'
import { ModelFileError } from '../../errors/errors.ts'
import { TextClassifier } from '../../models/text-classifier.ts'
import { loadSubwords } from '../../text/subword-library.ts'
import { readBytes, writeFileAtomically } from './files.ts'

/**
 * Writes a model, whole or not at all.
 *
 * @throws {DataError} The folder is missing or may not be written, or the disk is full; an old file is as it was.
 */
export async function writeModel(path: string, model: { toBytes(): Uint8Array }): Promise<void> {
  await writeFileAtomically(path, model.toBytes())
}

/**
 * Reads a model.
 *
 * @throws {DataError}      There is no such file, or it may not be read.
 * @throws {ModelFileError} It is no model, or a damaged one; names the file.
 */
export async function readModel(path: string, options: { readonly device?: Device } = {}): Promise<TextClassifier> {
  const bytes = await readBytes(path)
  if (mentionsSubwords(bytes)) await loadSubwords()
  try {
    return TextClassifier.fromBytes(bytes, options)
  } catch (cause) {
    if (cause instanceof ModelFileError) throw new ModelFileError(`${path}: ${cause.message}`, { cause })
    throw cause
  }
}

/** Written once in the document, which stands in a string of the header; elsewhere it costs a few milliseconds. */
const MENTION = '\\"tokens\\":\\"subword\\"'
const LONGEST_HEADER_BYTES = 2 ** 27

function mentionsSubwords(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST_HEADER_BYTES)).includes(MENTION)
}
