/** What every reader of a format takes and makes. */

/** Columns and rows of strings; every row has a value for each column. */
export interface Table {
  /** For messages. */
  readonly name: string
  /** From the header; without one `'1'`, `'2'`, …; of a txt file `'text'`. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The line of the file, from 1, on which each row begins. */
  readonly lines: readonly number[]
}

/** What each reader takes: decoded text with LF line ends, not blank. */
export interface TableText {
  readonly text: string
  readonly name: string
  readonly header: boolean
}
