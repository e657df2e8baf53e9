/**
 * Checks of single values in a document that was read from a file: each returns the value with its type, or throws a
 * `ModelFileError` that names the place. They know no model; models compose them.
 *
 *     const hidden = asInteger(field(document, 'hidden'), 'hidden', { minimum: 1, maximum: 65536 })
 */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

/** An object as JSON has it; what its values are is not known yet. */
export interface JsonObject {
  readonly [key: string]: unknown
}

/** Inclusive bounds. */
export interface Bounds {
  readonly minimum?: number
  readonly maximum?: number
}

/** Reads an object's own value; what it inherits (`constructor`, …) does not count. */
export function field(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Expects a JSON object: no array, no null. */
export function asObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(path, 'an object', value)
  return value as JsonObject
}

/** Expects an array of `minimum` to `maximum` items. */
export function asArray(value: unknown, path: string, bounds: Bounds = {}): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(path, 'an array', value)
  if (!isWithin(value.length, bounds)) {
    throw refused(path, `an array of ${spoken(bounds)} items`, `${value.length} items`, String)
  }
  return value
}

/** Expects an array whose items each pass a check; their paths are `path[0]`, … */
export function asArrayOf<T>(
  value: unknown,
  path: string,
  check: (item: unknown, path: string) => T,
  bounds: Bounds = {},
): T[] {
  return asArray(value, path, bounds).map((item, index) => check(item, `${path}[${index}]`))
}

/** Expects a string of `minimum` to `maximum` characters. */
export function asString(value: unknown, path: string, bounds: Bounds = {}): string {
  if (typeof value !== 'string') throw refused(path, 'a string', value)
  if (!isWithin(value.length, bounds)) throw refused(path, `a string of ${spoken(bounds)} characters`, value)
  return value
}

/** Expects a finite number within bounds. */
export function asNumber(value: unknown, path: string, bounds: Bounds = {}): number {
  if (typeof value === 'number' && Number.isFinite(value) && isWithin(value, bounds)) return value
  throw refused(path, `a number${suffix(bounds)}`, value)
}

/** Expects a whole number that is exact as a 64-bit float, within bounds. */
export function asInteger(value: unknown, path: string, bounds: Bounds = {}): number {
  if (Number.isSafeInteger(value) && isWithin(value as number, bounds)) return value as number
  throw refused(path, `a whole number${suffix(bounds)}`, value)
}

/** Expects true or false. */
export function asBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw refused(path, 'true or false', value)
  return value
}

/** Expects one of some strings. */
export function asOneOf<const T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const choice = choices.find(candidate => candidate === value)
  if (choice === undefined) throw refused(path, `one of ${choices.join(', ')}`, value)
  return choice
}

/** Applies a check unless the value is absent. */
export function optional<T>(value: unknown, path: string, check: (value: unknown, path: string) => T): T | undefined {
  return value === undefined ? undefined : check(value, path)
}

function refused(path: string, expected: string, got: unknown, show = shown): ModelFileError {
  return new ModelFileError(
    `model file, ${path}: expected ${expected}, got ${got === undefined ? 'nothing' : show(got)}. ` +
      'The file is damaged or was changed by hand: get it again or train again.',
  )
}

function isWithin(value: number, { minimum = -Infinity, maximum = Infinity }: Bounds): boolean {
  return value >= minimum && value <= maximum
}

function spoken({ minimum = 0, maximum = Infinity }: Bounds): string {
  return maximum === Infinity ? `${minimum} or more` : `${minimum} to ${maximum}`
}

function suffix({ minimum = -Infinity, maximum = Infinity }: Bounds): string {
  if (maximum === Infinity) return minimum === -Infinity ? '' : ` of ${minimum} or more`
  return minimum === -Infinity ? ` of at most ${maximum}` : ` from ${minimum} to ${maximum}`
}
