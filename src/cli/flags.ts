/**
 * From an option of a table to its flag: `learningRate` is `--learning-rate N`, a switch that is on has `--no-…` too.
 */
import { Option } from 'commander'
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { completeOptions, type OptionKind } from '../models/option-table.ts'

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

/** `--learning-rate` of `learningRate`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, capital => `-${capital.toLowerCase()}`)}`

/** With its value, as help and documents show it: `--hidden N`, `--[no-]header`. */
export function flagWithValue(name: string, option: OptionKind): string {
  const flag = flagOf(name)
  if (option.kind !== 'switch') return `${flag} ${placeholderOf(option)}`
  return option.default === false ? flag : flag.replace('--', '--[no-]')
}

function placeholderOf(option: Exclude<OptionKind, { kind: 'switch' }>): string {
  switch (option.kind) {
    case 'whole':
      return 'N'
    case 'number':
      return 'X'
    case 'choice':
      return option.choices.join('|')
    case 'text':
    case 'texts':
      return option.placeholder
    case 'sizes':
      return 'N[,N…]'
  }
}

/** What values it takes; empty where any will do. */
export function rangeOf(option: OptionKind): string {
  if (option.kind !== 'whole' && option.kind !== 'number' && option.kind !== 'sizes') return ''
  const { minimum, maximum } = option
  return maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `${minimum} to ${maximum}`
}

/** Its default in words; empty where there is none, or where `about` tells it. */
export function defaultOf(option: OptionKind): string {
  if (option.default === null || option.default === false) return ''
  return option.default === true ? 'on' : String(option.default)
}

/** The option as Commander takes it; two for a switch that can be switched off. */
export function commanderOptions(where: string, name: string, option: OptionKind): Option[] {
  const flag = flagOf(name)
  const facts = [rangeOf(option), defaultOf(option) && `default ${defaultOf(option)}`].filter(fact => fact !== '')
  const about = option.about + (facts.length === 0 ? '' : ` (${facts.join('; ')})`)
  if (option.kind === 'switch') {
    const on = new Option(flag, about)
    return option.default === false ? [on] : [on, new Option(flag.replace('--', '--no-')).hideHelp()]
  }
  if (option.kind === 'texts') {
    const more = (raw: string, before: readonly string[] | undefined) => [...(before ?? []), raw]
    return [new Option(`${flag} <value>`, about).argParser(more)]
  }
  const read = (raw: string) => checkedValue(where, flag, option, raw)
  return [new Option(`${flag} <value>`, about).argParser(read)]
}

/**
 * The value of a flag, checked as the library checks it.
 *
 * @throws {OptionError} names the flag, what it takes, and what was given.
 */
export function checkedValue(where: string, flag: string, option: OptionKind, raw: string): unknown {
  try {
    return completeOptions(where, { [flag]: option }, { [flag]: readValue(option, raw) })[flag]
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    const hint = option.kind === 'choice' ? didYouMean(raw, option.choices) : ''
    throw new OptionError(`${error.message}${hint}\n${helpHint(where)}`, { cause: error })
  }
}

/** The value that the text stands for; as it is where it stands for none, which the check then tells. */
function readValue({ kind }: OptionKind, raw: string): unknown {
  if (kind === 'whole' || kind === 'number') return isNumeric(raw) ? Number(raw) : raw
  if (kind !== 'sizes') return raw
  const sizes = raw.split(',')
  if (!sizes.every(isNumeric)) return raw
  return sizes.length === 1 ? Number(raw) : sizes.map(Number)
}

export const isNumeric = (raw: string): boolean => NUMBER.test(raw)

/** The second line of an error in the command line itself. */
export const helpHint = (where: string): string => `Run "${where} --help" for what it takes, with an example.`
