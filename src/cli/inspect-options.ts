/** The options of `sluice inspect`, as a table, and what their values say. */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { Change } from '../inspect/interventions.ts'
import type { OptionTable, OptionValues } from '../models/option-table.ts'
import { helpHint, isNumeric } from './flags.ts'
import { deviceOptions, encodingOption, predictOptions } from './option-tables.ts'

export const inspectOptions = {
  clamp: {
    kind: 'texts',
    default: null,
    placeholder: 'QUANTITY=X',
    about: 'Tell what would be predicted with a quantity held at a number. May be given again, as the next three.',
  },
  activation: {
    kind: 'texts',
    default: null,
    placeholder: 'QUANTITY=F',
    about: 'The same with another function in a quantity (relu, tanh, …).',
  },
  without: {
    kind: 'texts',
    default: null,
    placeholder: 'QUANTITY',
    about: 'The same with a gate always open: at 1, the weights as they are.',
  },
  edit: {
    kind: 'texts',
    default: null,
    placeholder: 'INDEX=TOKEN',
    about: 'The same with another token at a place of the text; places count from 0.',
  },
  layer: { kind: 'whole', default: 0, minimum: 0, maximum: 63, about: 'Layer to draw, from 0; --json has all.' },
  at: {
    kind: 'whole',
    default: null,
    minimum: 0,
    maximum: 1_000_000_000,
    about: 'Token, from 0, after which the ledger of the memory is drawn up; the last one when not given.',
  },
  units: {
    kind: 'whole',
    default: 5,
    minimum: 1,
    maximum: 65_536,
    about: 'Units to name, and to look for with --over: those that are largest in this text.',
  },
  unit: {
    kind: 'texts',
    default: null,
    placeholder: 'N',
    about: 'A unit, from 0, to look for with --over, in place of those. May be given again.',
  },
  over: {
    kind: 'text',
    default: null,
    placeholder: 'FILE',
    about: 'Tell where else these units fire: in the texts of a table, or the text for a language model; .gz too.',
  },
  quantity: {
    kind: 'text',
    default: null,
    placeholder: 'NAME',
    about: "The quantity that --over looks at; the layer's output when not given.",
  },
  html: { kind: 'text', default: null, placeholder: 'FILE', about: 'Write a page with heat maps, all in one file.' },
  svg: { kind: 'text', default: null, placeholder: 'FILE', about: 'Write a figure of the layer for a paper.' },
  text: predictOptions.text,
  header: predictOptions.header,
  ...encodingOption,
  ...deviceOptions,
} as const satisfies OptionTable

export type InspectValues = OptionValues<typeof inspectOptions>

/**
 * What is to be tried, in the order clamp, activation, without, edit.
 *
 * @throws {OptionError} a value is not in its form.
 */
export function changesOf({ clamp, activation, without, edit }: InspectValues): Change[] {
  return [
    ...(clamp ?? []).map((given): Change => {
      const [quantity, x] = sides('clamp', 'QUANTITY=X with a number', given)
      if (!isNumeric(x)) throw wrong('clamp', 'QUANTITY=X with a number', given)
      return { kind: 'clamp', quantity, value: Number(x) }
    }),
    ...(activation ?? []).map((given): Change => {
      const [quantity, name] = sides('activation', 'QUANTITY=F', given)
      return { kind: 'activation', quantity, name }
    }),
    ...(without ?? []).map((quantity): Change => ({ kind: 'without', quantity })),
    ...(edit ?? []).map((given): Change => {
      const [index, token] = sides('edit', 'INDEX=TOKEN', given)
      return { kind: 'edit', index: wholeOf('edit', 'INDEX=TOKEN with a place from 0', index, given), token }
    }),
  ]
}

/** @throws {OptionError} one is no whole number, or there are no texts to look for it in. */
export function unitsOf({ unit, quantity, over }: InspectValues): number[] {
  if (over === null && (unit ?? quantity) !== null) {
    const name = unit === null ? 'quantity' : 'unit'
    throw new OptionError(`${name}: expected --over FILE beside it, got none. Say in which texts to look.`)
  }
  return (unit ?? []).map(given => wholeOf('unit', 'a unit from 0', given, given))
}

function wholeOf(name: string, form: string, digits: string, given: string): number {
  if (/^\d{1,9}$/.test(digits)) return Number(digits)
  throw wrong(name, form, given)
}

function sides(name: string, form: string, given: string): [string, string] {
  const at = given.indexOf('=')
  if (at > 0 && at < given.length - 1) return [given.slice(0, at), given.slice(at + 1)]
  throw wrong(name, form, given)
}

const wrong = (name: string, form: string, given: string): OptionError =>
  new OptionError(`${name}: expected ${form}, got ${shown(given)}.\n${helpHint('sluice inspect')}`)
