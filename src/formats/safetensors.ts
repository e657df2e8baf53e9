/**
 * The safetensors format: named arrays of 32-bit floats and a few strings, in one file that any of its readers opens.
 *
 *   8 bytes   N, the header's length, little-endian
 *   N bytes   JSON: {"__metadata__": {name: string}, NAME: {"dtype", "shape", "data_offsets": [begin, end]}, …},
 *             padded with spaces
 *   the rest  the tensors' values, little-endian, row-major, one after the other without holes
 *
 * This file writes and frames; what a header must satisfy is in `safetensors-header.ts`. It knows no model.
 *
 * @see The format's specification in huggingface/safetensors, README.md and `safetensors/src/tensor.rs`.
 */
import { ModelFileError, OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { checkHeader, type Dtype, METADATA_KEY, type TensorEntry } from './safetensors-header.ts'
import { parseStrictJson } from './strict-json.ts'

/** A tensor's values, row-major, with its shape; a scalar has the shape []. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** What a safetensors file holds. */
export interface SafetensorsContent {
  readonly tensors: Map<string, StoredTensor>
  readonly metadata: Record<string, string>
}

const LENGTH_BYTES = 8
/** The limit of the reference implementation. */
const LONGEST_HEADER_BYTES = 100_000_000
/** Of a file that is something else; enough to tell what. */
const SHOWN_BYTES = 40
const ADVICE = 'The file is damaged: get it again from its source.'

/**
 * Reads a safetensors file. Everything is checked before anything is allocated for a tensor.
 *
 * @param bytes  The whole file; read, never kept.
 * @returns      Tensors in the order of their data, with copies of their values (16-bit floats widened, which is
 *               exact), and the metadata. The caller's.
 * @throws {ModelFileError} The file is cut, damaged, inconsistent, or has values other than F32, F16 and BF16.
 * @throws {OptionError}    These are no bytes: what `fetch` gives is an ArrayBuffer.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsContent {
  if (!ArrayBuffer.isView(bytes)) {
    throw new OptionError(`safetensors: expected a Uint8Array, got ${shown(bytes)}. Pass new Uint8Array(buffer).`)
  }
  const dataStart = dataOffset(bytes)
  const header = parseStrictJson(headerText(bytes, dataStart), 'safetensors header')
  const { entries, metadata } = checkHeader(header, bytes.length - dataStart)
  const tensors = new Map<string, StoredTensor>()
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, { shape, data: READERS[dtype](bytes.subarray(dataStart + begin, dataStart + end)) })
  }
  return { tensors, metadata }
}

/** Eight bytes of a length below 2^32, then JSON: no text begins so. */
export const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes[LENGTH_BYTES] === 0x7b && bytes.subarray(4, LENGTH_BYTES).every(byte => byte === 0)

/**
 * Finds where the tensors' bytes begin.
 *
 * @returns  An offset into the file, 8 … its length.
 * @throws {ModelFileError} It is no such file, which most likely means another one was meant, or it is cut.
 */
export function dataOffset(bytes: Uint8Array): number {
  if (!isSafetensors(bytes)) {
    const begin = new TextDecoder().decode(bytes.subarray(0, SHOWN_BYTES))
    const got = begin === '' ? 'an empty file' : `a file that begins with ${shown(begin)}`
    throw new ModelFileError(
      `model file: expected a model written by Sluice, got ${got}. Give a file that "sluice train" has written.`,
    )
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const room = Math.min(bytes.length - LENGTH_BYTES, LONGEST_HEADER_BYTES)
  if (length > room) {
    throw new ModelFileError(
      `safetensors, byte 0: expected a header of at most ${room} bytes (the file has ${bytes.length}), ` +
        `got a length of ${length}. ${ADVICE}`,
    )
  }
  return LENGTH_BYTES + length
}

function headerText(bytes: Uint8Array, dataStart: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart))
  } catch (cause) {
    throw new ModelFileError(`safetensors header: expected UTF-8, got other bytes. ${ADVICE}`, { cause })
  }
}

/** From little-endian bytes, at any alignment, to values of our own. */
const READERS: Record<Dtype, (bytes: Uint8Array) => Float32Array> = {
  F32(bytes) {
    const data = new Float32Array(bytes.length / 4)
    // Copied as bytes, which keeps the payload of a NaN. Every engine with WebAssembly that we know is little-endian.
    new Uint8Array(data.buffer).set(bytes)
    return data
  },
  BF16(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const bits = Uint32Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(2 * index, true) << 16)
    return new Float32Array(bits.buffer)
  },
  F16(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    return Float32Array.from({ length: bytes.length / 2 }, (_, index) => halfValue(view.getUint16(2 * index, true)))
  },
}

/** IEEE 754 binary16: sign, five bits of exponent, ten of fraction. */
function halfValue(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/**
 * Writes a safetensors file. The same content gives the same bytes, in whatever order it comes: tensors and metadata
 * are sorted by the UTF-8 bytes of their names, as the reference implementation sorts tensors of one type.
 *
 * @param tensors   Names and values; read, never kept.
 * @param metadata  Any strings.
 * @throws {ShapeError} A shape does not fit its data.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const names = sortedByUtf8([...tensors.keys()])
  const entries: TensorEntry[] = []
  let end = 0
  for (const name of names) {
    const { shape, data } = tensors.get(name) as StoredTensor
    checkWritable(name, shape, data)
    entries.push({ name, dtype: 'F32', shape, begin: end, end: end + 4 * data.length })
    end += 4 * data.length
  }
  const header = new TextEncoder().encode(headerJson(entries, metadata))
  const dataStart = Math.ceil((LENGTH_BYTES + header.length) / 8) * 8
  const bytes = new Uint8Array(dataStart + end).fill(0x20, LENGTH_BYTES, dataStart)
  new DataView(bytes.buffer).setUint32(0, dataStart - LENGTH_BYTES, true)
  bytes.set(header, LENGTH_BYTES)
  for (const { name, begin } of entries) {
    const { data } = tensors.get(name) as StoredTensor
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart + begin)
  }
  return bytes
}

/** Written by hand, since an object would put keys such as "0" first. */
function headerJson(entries: readonly TensorEntry[], metadata: Readonly<Record<string, string>>): string {
  const keys = sortedByUtf8(Object.keys(metadata))
  const strings = keys.map(key => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)
  const members = entries.map(({ name, dtype, shape, begin, end }) => {
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`
  })
  if (strings.length > 0) members.unshift(`"${METADATA_KEY}":{${strings.join(',')}}`)
  return `{${members.join(',')}}`
}

function checkWritable(name: string, shape: readonly number[], data: Float32Array): void {
  if (name === METADATA_KEY) throw new Error(`internal: a tensor cannot be named ${METADATA_KEY}`)
  const size = shape.reduce((product, length) => product * length, 1)
  if (size === data.length) return
  throw new ShapeError(
    `writeSafetensors: expected ${size} values for tensor ${shown(name)} of shape ${shown(shape)}, ` +
      `got ${data.length}. Pass as many values as the shape says.`,
  )
}

function sortedByUtf8(names: string[]): string[] {
  const encoder = new TextEncoder()
  const encoded = names.map(name => ({ name, bytes: encoder.encode(name) }))
  return encoded.sort((a, b) => compareBytes(a.bytes, b.bytes)).map(({ name }) => name)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return a[index] - b[index]
  return a.length - b.length
}
