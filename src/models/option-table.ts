/**
 * The kinds of options a model takes, and how a table of them is checked and completed.
 *
 * The tables themselves (`text-classifier-options.ts`, …) are the one place where an option's name, default and range
 * stand: the library checks with them, the command line makes its flags and help from them, a model file stores what
 * they give, and a test compares them with `docs/options.md`.
 */
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'

interface Described {
  /** What it sets, its unit and the range, for the help text. */
  readonly about: string
}

export type OptionKind = Described &
  (
    | {
        readonly kind: 'whole' | 'number'
        readonly default: number | null
        readonly minimum: number
        readonly maximum: number
      }
    | { readonly kind: 'switch'; readonly default: boolean | null }
    | { readonly kind: 'sizes'; readonly default: number | null; readonly minimum: number; readonly maximum: number }
    | { readonly kind: 'choice'; readonly default: string | null; readonly choices: readonly string[] }
    | { readonly kind: 'text'; readonly default: string | null; readonly placeholder: string }
    /** Given once for each of them. */
    | { readonly kind: 'texts'; readonly default: null; readonly placeholder: string }
  )

export type OptionTable = Readonly<Record<string, OptionKind>>

type ValueOf<K extends OptionKind> =
  | (K extends { kind: 'whole' | 'number' } ? number : never)
  | (K extends { kind: 'sizes' } ? number | readonly number[] : never)
  | (K extends { kind: 'switch' } ? boolean : never)
  | (K extends { kind: 'choice'; choices: readonly (infer C)[] } ? C : never)
  | (K extends { kind: 'text' } ? string : never)
  | (K extends { kind: 'texts' } ? readonly string[] : never)
  | (K extends { default: null } ? null : never)

/** All options of a table with their values. */
export type OptionValues<T extends OptionTable> = { readonly [Name in keyof T]: ValueOf<T[Name]> }

/**
 * Checks given options and fills in the defaults.
 *
 * @param where  For messages: the public function.
 * @param given  Options by name; undefined counts as not given.
 * @throws {OptionError} an unknown name (the nearest is suggested), a wrong type, a value out of range.
 */
export function completeOptions<T extends OptionTable>(
  where: string,
  table: T,
  given: Readonly<Record<string, unknown>>,
): OptionValues<T> {
  requireKnownOptions(where, Object.keys(table), given)
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(table)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    values[name] = value === undefined ? option.default : checked(where, name, option, value)
  }
  return values as OptionValues<T>
}

/** @throws {OptionError} callers without types have null, or something in the place of options. */
export function requireObject(where: string, given: unknown): void {
  if (Object(given) === given) return
  throw new OptionError(`${where}: expected options, got ${shown(given)}. Pass an object, or leave it out.`)
}

/** @throws {OptionError} no options, or an unknown name; the nearest is suggested. */
export function requireKnownOptions(where: string, names: readonly string[], given: object): void {
  requireObject(where, given)
  const unknown = Object.keys(given).find(name => !names.includes(name))
  if (unknown === undefined) return
  throw new OptionError(
    `${where}: expected an option of ${names.join(', ')}, got "${unknown}".${didYouMean(unknown, names)}`,
  )
}

function checked(where: string, name: string, option: OptionKind, value: unknown): unknown {
  if (value === null && option.default === null) return value
  if (isFitting(option, value)) return value
  throw new OptionError(`${where}: expected ${name} to be ${expectation(option)}, got ${shown(value)}.`)
}

function isFitting(option: OptionKind, value: unknown): boolean {
  switch (option.kind) {
    case 'whole':
    case 'number':
      return (
        typeof value === 'number' &&
        (option.kind === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value)) &&
        value >= option.minimum &&
        value <= option.maximum
      )
    case 'sizes':
      return [value].flat().every(size => isFitting({ ...option, kind: 'whole' }, size)) && !isEmptyList(value)
    case 'switch':
      return typeof value === 'boolean'
    case 'choice':
      return option.choices.includes(value as string)
    case 'text':
      return typeof value === 'string'
    case 'texts':
      return Array.isArray(value) && value.every(text => typeof text === 'string')
  }
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** What a value of this kind is, in words. */
export function expectation(option: OptionKind): string {
  switch (option.kind) {
    case 'whole':
      return `a whole number from ${option.minimum} to ${option.maximum}`
    case 'number':
      return `a number from ${option.minimum} to ${option.maximum}`
    case 'sizes':
      return `one or more whole numbers from ${option.minimum} to ${option.maximum}`
    case 'switch':
      return 'true or false'
    case 'choice':
      return `one of ${option.choices.join(', ')}`
    case 'text':
      return 'a text'
    case 'texts':
      return 'texts'
  }
}
