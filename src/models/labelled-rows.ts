/**
 * The rows that a classifier learns from: what is asked of them, their labels, and the part kept for validation.
 */
import type { LabelledText } from '../data/examples.ts'
import { splitByFraction } from '../data/split.ts'
import { DataError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

/**
 * @throws {OptionError} these are no rows: callers without types have the name of a file, or a stream.
 * @throws {DataError}   a row's text or label is no string: such callers have numbers for labels.
 */
export function requireStrings(rows: readonly LabelledText[], where: string): void {
  if (!Array.isArray(rows)) {
    throw new OptionError(`${where} rows: expected an array of { text, label }, got ${shown(rows)}. Make it one first.`)
  }
  const bad = rows.findIndex(row => typeof row?.text !== 'string' || typeof row.label !== 'string')
  if (bad < 0) return
  throw new DataError(
    `${where} rows[${bad}]: expected text and label to be strings, got ${shown(rows[bad])}. ` +
      'Convert them, and leave out rows without one.',
  )
}

/** Sorted by code point, so that the order does not depend on the order of rows or on a locale. */
export function labelsOf(rows: readonly LabelledText[]): string[] {
  const labels = [...new Set(rows.map(r => r.label))].sort()
  if (labels.length >= 2) return labels
  const got = labels.length === 0 ? 'no rows' : `only ${shown(labels[0])}`
  throw new DataError(`training rows: expected two or more different labels, got ${got}. Check the label column.`)
}

export function requireKnownLabels(rows: readonly LabelledText[], labels: readonly string[], where: string): void {
  requireStrings(rows, where)
  const strange = rows.find(r => !labels.includes(r.label))
  if (!strange) return
  throw new DataError(
    `${where} rows: expected labels of the model (${shown(labels)}), got ${shown(strange.label)}. ` +
      'Check the label column, or train with rows of this label.',
  )
}

/** The rows trained on and those that choose the best epoch, which are given or drawn. */
export function dividedRows(
  rows: readonly LabelledText[],
  validationRows: readonly LabelledText[] | undefined,
  { validation, seed }: { readonly validation: number; readonly seed: number },
) {
  requireStrings(rows, 'training')
  if (validationRows) {
    requireStrings(validationRows, 'validation')
    if (validationRows.length > 0) return { training: rows, validation: validationRows }
    throw new DataError('validation rows: expected one or more, got none. Leave them out to keep some of the others.')
  }
  const labels = labelsOf(rows)
  const split = splitByFraction(
    rows.map(r => r.label),
    validation,
    seed,
  )
  if (split.validation.length === 0) {
    throw new DataError(
      `training rows: expected enough rows of a label to keep some for validation, got ${rows.length} rows of ` +
        `${labels.length} labels. Check the label column; give more rows, or validation rows.`,
    )
  }
  const take = (places: Int32Array) => Array.from(places, k => rows[k])
  return { training: take(split.training), validation: take(split.validation) }
}
