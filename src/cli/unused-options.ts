import { OptionError } from '../errors/errors.ts'
import { flagOf } from './flags.ts'

/**
 * Refuses options that a use of a command would not look at: an option never does nothing.
 *
 * @param given   The options that stand on the command line; defaults are not among them.
 * @param names   Those that would do nothing.
 * @param reason  What they need, what is there, and what to do.
 * @throws {OptionError} one of them was given.
 */
export function refuseUnused(given: Readonly<Record<string, unknown>>, names: readonly string[], reason: string): void {
  const unused = names.find(name => given[name] !== undefined)
  if (unused === undefined) return
  const flag = flagOf(unused)
  throw new OptionError(`${given[unused] === false ? flag.replace('--', '--no-') : flag}: ${reason}`)
}
