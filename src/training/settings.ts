/**
 * Settings of an optimizer or a schedule: plain data, so that an option sets them and a checkpoint keeps them. Their
 * table is the record of their defaults, with limits where a number has others than 0 and more.
 */
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'

/** By name: numbers and switches. */
export type Settings = Readonly<Record<string, number | boolean>>

/** The least and the greatest value of a number. */
export type Limits<S extends object> = { readonly [Name in keyof S]?: readonly [number, number] }

/**
 * Checks given settings and fills in the defaults.
 *
 * @param where   For messages: `optimizer sgd`.
 * @param limits  Of numbers; those without have to be finite and at least 0.
 * @param given   Some of the settings; undefined counts as not given.
 * @throws {OptionError} an unknown name (the nearest is suggested), a wrong type, a number out of its limits.
 */
export function completeSettings<S extends object>(
  where: string,
  defaults: S,
  limits: Limits<S>,
  given: Readonly<Record<string, unknown>>,
): S {
  const values = { ...defaults } as Record<string, unknown>
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!Object.hasOwn(defaults, name)) throw unknownSetting(where, name, Object.keys(defaults))
    const expected = expectation(values[name], limits[name as keyof S] ?? [0, Infinity], value)
    if (expected) throw new OptionError(`${where}: expected ${name} to be ${expected}, got ${shown(value)}.`)
    values[name] = value
  }
  return values as S
}

function unknownSetting(where: string, name: string, names: readonly string[]): OptionError {
  const known = names.length > 0 ? `a setting of ${names.join(', ')}` : 'no setting'
  return new OptionError(`${where}: expected ${known}, got ${shown(name)}.${didYouMean(name, names)}`)
}

/** What a value should have been, in words; null if it is that. */
function expectation(initial: unknown, [least, greatest]: readonly [number, number], value: unknown): string | null {
  if (typeof initial === 'boolean') return typeof value === 'boolean' ? null : 'true or false'
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= least && value <= greatest
  if (fits) return null
  return greatest === Infinity ? `a finite number, at least ${least}` : `a number from ${least} to ${greatest}`
}
