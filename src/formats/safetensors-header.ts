/** What a safetensors header must satisfy before anything is allocated for what it describes. */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

/** The types of values that can be read as 32-bit floats without loss. */
export type Dtype = keyof typeof BYTES_A_VALUE

/** One tensor of the header; `begin` and `end` are byte offsets from the end of the header. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** The key that is no tensor. */
export const METADATA_KEY = '__metadata__'

const BYTES_A_VALUE = { F32: 4, F16: 2, BF16: 2 } as const
const MOST_TENSORS = 100_000
const MOST_DIMENSIONS = 16
const ADVICE = 'The file is damaged: get it again from its source.'

/**
 * Checks a parsed header against the number of bytes that follow it.
 *
 * @param header     What the JSON says.
 * @param dataBytes  How many bytes the file has after the header.
 * @returns          The tensors in the order of their data, which they cover without hole or overlap.
 * @throws {ModelFileError} Anything is not as the format demands; names the tensor or byte.
 */
export function checkHeader(
  header: unknown,
  dataBytes: number,
): { entries: TensorEntry[]; metadata: Record<string, string> } {
  if (!isObject(header)) throw refused('header', 'a JSON object', header)
  const members = Object.entries(header)
  if (members.length > MOST_TENSORS) throw refused('header', `at most ${MOST_TENSORS} tensors`, members.length)
  const entries: TensorEntry[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of members) {
    if (name === METADATA_KEY) metadata = checkMetadata(value)
    else entries.push(checkEntry(name, value, dataBytes))
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkCover(entries, dataBytes)
  return { entries, metadata }
}

function checkMetadata(value: unknown): Record<string, string> {
  if (!isObject(value)) throw refused(METADATA_KEY, 'an object of strings', value)
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') throw refused(`${METADATA_KEY} ${shown(key)}`, 'a string', item)
  }
  return value as Record<string, string>
}

function checkEntry(name: string, value: unknown, dataBytes: number): TensorEntry {
  const where = `tensor ${shown(name)}`
  if (!isObject(value)) throw refused(where, 'an object with dtype, shape and data_offsets', value)
  const { dtype, shape, data_offsets: offsets } = value
  if (!isDtype(dtype)) throw wrongDtype(where, dtype)
  if (!isWholeNumbers(shape) || shape.length > MOST_DIMENSIONS) {
    throw refused(`${where}, shape`, `at most ${MOST_DIMENSIONS} whole numbers`, shape)
  }
  if (!isWholeNumbers(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw refused(`${where}, data_offsets`, 'two whole numbers, ascending', offsets)
  }
  const [begin, end] = offsets
  if (end > dataBytes) throw refused(`${where}, data_offsets`, `an end of at most ${dataBytes}`, end)
  const needed = byteCount(shape, BYTES_A_VALUE[dtype], dataBytes)
  if (needed !== end - begin) {
    const bytes = needed === Infinity ? `more than the ${dataBytes} bytes of the file` : `${needed} bytes`
    throw refused(`${where}, data_offsets`, `${bytes} for ${dtype} of shape ${shown(shape)}`, end - begin)
  }
  return { name, dtype, shape, begin, end }
}

/** The bytes of a shape, or `Infinity` as soon as they are more than the file has (unless a length is zero). */
function byteCount(shape: readonly number[], bytesAValue: number, dataBytes: number): number {
  if (shape.includes(0)) return 0
  let bytes = bytesAValue
  for (const length of shape) {
    // Both are far below 2^53 before each product, and one product of them is a finite number.
    bytes *= length
    if (bytes > dataBytes) return Infinity
  }
  return bytes
}

function checkCover(entries: readonly TensorEntry[], dataBytes: number): void {
  let covered = 0
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps the tensor before it' : 'leaves a hole before it'
      throw refused(`tensor ${shown(name)}, data_offsets`, `a begin of ${covered}`, `${begin}, which ${what}`, String)
    }
    covered = end
  }
  if (covered === dataBytes) return
  throw refused('data', `${covered} bytes after the header`, dataBytes)
}

function wrongDtype(where: string, dtype: unknown): ModelFileError {
  return new ModelFileError(
    `safetensors, ${where}: expected dtype F32, F16 or BF16, got ${shown(dtype)}. ` +
      'Convert the tensors to 32-bit floats in the program that wrote them.',
  )
}

function refused(where: string, expected: string, got: unknown, show = shown): ModelFileError {
  return new ModelFileError(`safetensors, ${where}: expected ${expected}, got ${show(got)}. ${ADVICE}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(BYTES_A_VALUE, value)
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(item => Number.isSafeInteger(item) && item >= 0)
}
