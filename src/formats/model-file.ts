/**
 * A Sluice model file: safetensors with one JSON document in its metadata. The envelope only; what the document says is
 * for the model that reads it, with the checks of `json-checks.ts`.
 *
 *   __metadata__ = { "format": "sluice", "sluice": '{"version":1, …document…, "sha256":"…"}' }
 *
 * `sha256` is of all bytes after the header. A program that writes the tensors again drops or keeps it with the
 * document: absent it is a warning, wrong an error.
 */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { asObject, field, type JsonObject } from './json-checks.ts'
import { dataOffset, readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { sha256 } from './sha256.ts'
import { parseStrictJson } from './strict-json.ts'

/** The version of the document this library writes and the only one it reads. */
export const MODEL_FILE_VERSION = 1

const FORMAT = 'sluice'

/** What goes into a model file. */
export interface ModelFile {
  /** Plain JSON without `version` and `sha256`; nothing in it depends on clock, path, machine or threads. */
  readonly document: JsonObject
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** What comes out of one: `document` still has its `version`, and nothing else in it has been checked. */
export interface ReadModelFile {
  readonly document: JsonObject
  readonly tensors: Map<string, StoredTensor>
  /** Sentences for the user; empty if all is well. */
  readonly warnings: readonly string[]
}

/**
 * Writes a model file. The same document and tensors give the same bytes; the document's keys keep their order.
 *
 * @returns  The file, the caller's.
 * @throws {ShapeError} A tensor's shape does not fit its data.
 */
export function writeModelFile({ document, tensors }: ModelFile): Uint8Array<ArrayBuffer> {
  const bare = writeSafetensors(tensors)
  const digest = sha256(bare.subarray(dataOffset(bare)))
  const json = JSON.stringify({ version: MODEL_FILE_VERSION, ...document, sha256: digest }, refuseUnfaithful)
  return writeSafetensors(tensors, { format: FORMAT, sluice: json })
}

/**
 * Reads a model file.
 *
 * @param bytes  The whole file; read, never kept.
 * @returns      Everything in it is the caller's.
 * @throws {ModelFileError} Damaged, no model of ours, of another version, or tensors that are not those written.
 */
export function readModelFile(bytes: Uint8Array): ReadModelFile {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== FORMAT || !Object.hasOwn(metadata, FORMAT)) {
    throw new ModelFileError(
      `model file: expected a model written by Sluice, got a safetensors file of format ${shown(metadata.format)}. ` +
        'Give a file that "sluice train" has written.',
    )
  }
  const { sha256: digest, ...document } = asObject(parseStrictJson(metadata.sluice, 'model file document'), 'document')
  checkVersion(field(document, 'version'))
  if (digest === undefined) {
    const warning =
      'The model file has no checksum, as after another program has written it: its weights are read unchecked.'
    return { document, tensors, warnings: [warning] }
  }
  const actual = sha256(bytes.subarray(dataOffset(bytes)))
  if (digest !== actual) {
    throw new ModelFileError(
      `model file, sha256: expected tensors with the checksum ${shown(digest)}, got ${shown(actual)}. ` +
        'The file is damaged: get it again (if its weights were changed on purpose, remove sha256 from the document).',
    )
  }
  return { document, tensors, warnings: [] }
}

/**
 * Takes a tensor whose shape the reader knows.
 *
 * @param shape  Its lengths; -1 stands for any.
 * @throws {ModelFileError} There is none of that name, or it has another shape.
 */
export function tensorOfShape(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  shape: readonly number[],
): StoredTensor {
  const tensor = tensors.get(name)
  const fits =
    tensor?.shape.length === shape.length &&
    shape.every((length, axis) => length === -1 || length === tensor.shape[axis])
  if (tensor !== undefined && fits) return tensor
  const got = tensor === undefined ? 'no such tensor' : shown(tensor.shape)
  throw new ModelFileError(
    `model file, tensor ${shown(name)}: expected shape ${shown(shape)}, got ${got}. ` +
      'The file is damaged or was changed by hand: get it again or train again.',
  )
}

function checkVersion(version: unknown): void {
  if (version === MODEL_FILE_VERSION) return
  const newer = typeof version === 'number' && version > MODEL_FILE_VERSION
  throw new ModelFileError(
    `model file, version: expected ${MODEL_FILE_VERSION}, got ${shown(version)}. ` +
      (newer ? 'Install a newer Sluice to read it.' : 'The file is damaged: get it again or train again.'),
  )
}

/** JSON would write NaN and Infinity as null, and the file would no longer say what was meant. */
function refuseUnfaithful(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`internal: ${key} of a model file's document is ${value}, which JSON cannot hold`)
  }
  return value
}
