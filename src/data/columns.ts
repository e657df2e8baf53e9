/** Which columns hold the text and the label: by the user's word, else by their names, else by what is in them. */
import { DataError, OptionError } from '../errors/errors.ts'
import { nearest } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import type { Table } from './table.ts'

/** Names that mean a text, in lower case. */
const TEXT_NAMES = new Set(
  (
    'text sentence review comment content message body tweet document phrase utterance ' +
    '文本 评论 内容 句子 正文 评价 文字 留言 語句 文章 本文 テキスト 텍스트'
  ).split(' '),
)

/** Names that mean a label, in lower case. */
const LABEL_NAMES = new Set(
  (
    'label labels class category sentiment target polarity intent topic ' + //
    '标签 类别 情感 分类 标注 類別 標籤 ラベル 레이블'
  ).split(' '),
)

/** A second column with texts this much as long as the longest leaves it open which is meant. */
const RIVAL_SHARE = 0.5

/** Places of the columns in a table's rows; their names are `table.columns[…]`. */
export interface TextColumns {
  readonly text: number
  readonly label: number
}

/** The user's word, if there is one: names, or numbers from 1 where there is no header. */
export interface WantedColumns {
  readonly text?: string | undefined
  readonly label?: string | undefined
}

/**
 * Finds the columns of a table for classification.
 *
 * 1. A name that was given is found exactly, or else without regard to case.
 * 2. A column with a usual name: text, sentence, review, comment, content, 文本, 评论, …; label, class, category,
 *    sentiment, 标签, 类别, 情感, …
 * 3. The text is the column with the longest mean length; the label the one with the fewest different values,
 *    of those that have two and repeat some.
 *
 * @throws {DataError}   A given name is not there, or no column can be a label.
 * @throws {OptionError} Two columns are as good; lists them and the option to add.
 */
export function findColumns(table: Table, wanted: WantedColumns = {}): TextColumns {
  const givenText = namedColumn(table, wanted.text)
  const givenLabel = namedColumn(table, wanted.label)
  const knownLabel = givenLabel ?? usualColumn(table, LABEL_NAMES, 'label', givenText)
  const text = givenText ?? usualColumn(table, TEXT_NAMES, 'text', knownLabel) ?? longestColumn(table, knownLabel)
  const label = knownLabel ?? fewestValuesColumn(table, text)
  if (text !== label) return { text, label }
  throw new OptionError(
    `${table.name}: expected different columns for text and label, got ${shown(table.columns[text])} for both. ` +
      'Give two names, --text and --label.',
  )
}

/**
 * Finds the column of texts alone, for a table without labels.
 *
 * @param wanted  A name or, without a header, a number from 1.
 * @throws {DataError}   The given name is not there.
 * @throws {OptionError} Two columns are as good; lists them and the option to add.
 */
export function findTextColumn(table: Table, wanted?: string): number {
  return namedColumn(table, wanted) ?? usualColumn(table, TEXT_NAMES, 'text') ?? longestColumn(table)
}

function namedColumn({ name, columns }: Table, wanted: string | undefined): number | undefined {
  if (wanted === undefined) return undefined
  const exact = columns.indexOf(wanted)
  if (exact !== -1) return exact
  const folded = columns.flatMap((column, place) => (column.toLowerCase() === wanted.toLowerCase() ? [place] : []))
  if (folded.length === 1) return folded[0]
  const near = nearest(wanted, columns)
  throw new DataError(
    `${name}: expected a column among ${listed(columns)}, got ${shown(wanted)}. ` +
      (near === undefined ? 'Give one of these names.' : `Did you mean ${shown(near)}?`),
  )
}

function usualColumn(table: Table, names: ReadonlySet<string>, role: 'text' | 'label', taken = -1): number | undefined {
  const places = table.columns.flatMap((column, place) =>
    place !== taken && names.has(column.trim().toLowerCase()) ? [place] : [],
  )
  if (places.length > 1) throw undecided(table, places, role)
  return places[0]
}

function longestColumn(table: Table, taken = -1): number {
  const lengths = table.columns.map((_, place) => {
    return place === taken ? -1 : table.rows.reduce((sum, row) => sum + row[place].length, 0)
  })
  const longest = Math.max(...lengths)
  const rivals = lengths.flatMap((length, place) => (length > longest * RIVAL_SHARE ? [place] : []))
  const best = lengths.indexOf(longest)
  if (best === taken) throw tooNarrow(table)
  // Short values of much the same length are codes and numbers, between which lengths decide nothing.
  if (rivals.length > 1) throw undecided(table, rivals, 'text')
  return best
}

function fewestValuesColumn(table: Table, text: number): number {
  if (table.columns.length === 1) throw tooNarrow(table)
  const counts = table.columns.map((_, place) => {
    if (place === text) return Infinity
    const count = new Set(table.rows.map(row => row[place].trim()).filter(value => value !== '')).size
    return count < 2 || count === table.rows.length ? Infinity : count
  })
  const fewest = Math.min(...counts)
  if (fewest === Infinity) {
    throw new DataError(
      `${table.name}: expected a column with two or more different labels that repeat, ` +
        `got none among ${listed(table.columns)}. ` +
        'Give the column with --label, or add the missing classes.',
    )
  }
  const places = counts.flatMap((count, place) => (count === fewest ? [place] : []))
  if (places.length > 1) throw undecided(table, places, 'label')
  return places[0]
}

function undecided({ name, columns }: Table, places: readonly number[], role: 'text' | 'label'): OptionError {
  const candidates = places.map(place => columns[place])
  return new OptionError(
    `${name}: expected one column that can be the ${role}, got ${listed(candidates)} ` +
      `(all columns: ${listed(columns)}). Add --${role} and the one you mean.`,
  )
}

function tooNarrow({ name, columns }: Table): DataError {
  return new DataError(
    `${name}: expected a column of texts and one of labels, got only ${listed(columns)}. ` +
      'Check that the file has both and that its extension fits its separator (.csv commas, .tsv tabs).',
  )
}

function listed(columns: readonly string[]): string {
  const names = columns.slice(0, 20).map(column => shown(column))
  return names.join(', ') + (columns.length > names.length ? `, … (${columns.length})` : '')
}
