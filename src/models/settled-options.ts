/**
 * Options that a trained model has settled: going on from it with others makes no sense.
 */
import { OptionError } from '../errors/errors.ts'

/**
 * @param names  Of the options that are settled.
 * @param was    The model's.
 * @returns      The given options, the model's in place of settled ones that are not given.
 * @throws {OptionError} one is given that the model has settled otherwise.
 */
export function withSettled(
  names: readonly string[],
  was: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const name of names) {
    if (given[name] === undefined || sameOption(given[name], was[name])) continue
    throw new OptionError(
      `from: expected ${name} as in the model (${JSON.stringify(was[name])}), got ${JSON.stringify(given[name])}. ` +
        'Leave it out, or train anew.',
    )
  }
  return { ...given, ...Object.fromEntries(names.map(name => [name, was[name]])) }
}

/** One hidden size may be given as a number or as a list of one. */
function sameOption(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map(value =>
    JSON.stringify(Array.isArray(value) && value.length === 1 ? value[0] : value),
  )
  return one === other
}
