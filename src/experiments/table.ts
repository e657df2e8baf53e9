/**
 * Figures as rows of a table, for the terminal and the documents.
 */
import type { SummedFigure } from './result.ts'

export const TABLE_HEAD = ['model', 'measured', 'ours', 'of seeds', 'published', 'reached'] as const

/** A row for each figure, each a text for each column of `TABLE_HEAD`. */
export function tableRows(figures: readonly SummedFigure[]): string[][] {
  return figures.map(figure => {
    const { of, what, mean, least, greatest, values, published, reached } = figure
    const spread =
      values.length === 1 ? '1' : `${values.length}: ${written(least, figure)} to ${written(greatest, figure)}`
    const theirs = published ? `${withUnit(published.value, figure)} (${published.source})` : ''
    return [of, what, withUnit(mean, figure), spread, theirs, reached === null ? '' : reached ? 'yes' : 'no']
  })
}

const written = (value: number, { digits }: SummedFigure): string =>
  Number.isFinite(value) ? value.toFixed(digits) : 'none'

const withUnit = (value: number, figure: SummedFigure): string =>
  figure.unit === undefined ? written(value, figure) : `${written(value, figure)} ${figure.unit}`
