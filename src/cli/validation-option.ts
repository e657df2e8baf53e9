/** `--validation FILE|FRACTION`: what chooses the best epoch of a training. */
import type { OptionKind } from '../models/option-table.ts'
import { checkedValue, isNumeric } from './flags.ts'

/** A fraction to keep, or a file; the other is null. */
export interface ValidationOption {
  readonly fraction: number | null
  readonly file: string | null
}

/** @throws {OptionError} a fraction out of range. @param option  That of the fraction. */
export function validationOf(where: string, option: OptionKind, given: string): ValidationOption {
  if (!isNumeric(given)) return { fraction: null, file: given }
  return { fraction: checkedValue(where, '--validation', option, given) as number, file: null }
}
