/**
 * Gates as text: a token a line, a bar for each gate. Pure text, for a terminal or a document.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { displayWidth } from '../text/display-width.ts'
import type { RecordedLayer } from './record.ts'
import { inWords } from './summary.ts'
import { visible } from './visible.ts'

/** What `recordText` returns, and a report. */
export interface ReadText {
  readonly tokens: readonly string[]
  readonly layers: readonly Omit<RecordedLayer, 'paths'>[]
}

export interface GateDrawing {
  /** Quantities to draw, from left to right. @default those whose name ends in Gate */
  readonly quantities?: readonly string[]
  /** From 0. @default 0 */
  readonly layer?: number
  /** @default 'forward' */
  readonly direction?: 'forward' | 'backward'
  /** Columns of the terminal. Bars are between 8 and 25 columns long, whatever it is. @default 80 */
  readonly width?: number
  /** Whether bars are coloured, by ANSI codes; they say the same without. @default false */
  readonly colour?: boolean
  /** A last column with a heading, one entry a token. */
  readonly notes?: { readonly heading: string; readonly entries: readonly string[] }
}

const BAR_COLUMNS = { least: 8, most: 25 }
const TOKEN_COLUMNS_MAX = 18
/** ` 100 %` behind a bar. */
const PERCENT_COLUMNS = 6
const GAP = '  '
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const COLOURS = [32, 36, 33, 35]

/**
 * Draws the mean over the hidden units of each gate at each token, 0 to 100 per cent.
 *
 * @param recorded  From `recordText` or `inspect`.
 * @returns         Lines without line ends: a heading, then one a token.
 * @throws {OptionError} there is no such layer, quantity or note.
 */
export function drawGates(recorded: ReadText, options: GateDrawing = {}): string[] {
  const { tokens } = recorded
  const layer = layerOf(recorded, options.layer ?? 0, options.direction ?? 'forward')
  const names = options.quantities ?? Object.keys(layer.quantities).filter(name => name.endsWith('Gate'))
  const columns = names.map(name => meansOf(layer, name))
  const notes = options.notes && [options.notes.heading, ...options.notes.entries]
  if (notes && notes.length !== tokens.length + 1) {
    throw new OptionError(`drawGates: expected ${tokens.length} notes, one a token, got ${notes.length - 1}.`)
  }
  const tokenColumns = widest(tokens.map(shortened))
  const taken = tokenColumns + names.length * (GAP.length + PERCENT_COLUMNS) + widthOfNotes(notes)
  const room = Math.floor(((options.width ?? 80) - taken) / Math.max(1, names.length))
  const bar = Math.min(BAR_COLUMNS.most, Math.max(BAR_COLUMNS.least, room))
  const heading = names.map(name => padded(inWords(name).slice(0, bar + PERCENT_COLUMNS), bar + PERCENT_COLUMNS))
  const lineOf = (token: string, cells: readonly string[], row: number) =>
    [padded(token, tokenColumns), ...cells, ...(notes ? [notes[row]] : [])].join(GAP).trimEnd()
  return [
    lineOf('', heading, 0),
    ...tokens.map((token, t) => {
      const cells = columns.map((means, k) => drawnShare(means[t], bar, options.colour ? COLOURS[k % 4] : null))
      return lineOf(shortened(token), cells, t + 1)
    }),
  ]
}

function layerOf({ layers }: ReadText, wanted: number, way: 'forward' | 'backward'): ReadText['layers'][number] {
  const found = layers.find(({ layer, direction }) => layer === wanted && direction === way)
  if (found) return found
  const last = layers.at(-1)?.layer ?? 0
  throw new OptionError(`drawGates: expected a layer from 0 to ${last}, got ${shown(wanted)}.`)
}

function meansOf({ quantities, cell }: ReadText['layers'][number], name: string): readonly number[] {
  if (Object.hasOwn(quantities, name)) return quantities[name].mean
  const names = Object.keys(quantities).join(', ')
  throw new OptionError(`drawGates: expected a quantity of ${cell} (${names}), got ${shown(name)}.`)
}

/** `██████▌     52 %`; what is outside 0 to 1 is drawn as the nearer end. */
function drawnShare(share: number, columns: number, colour: number | null): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8)
  const bar = '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
  const drawn = colour === null ? bar : `\x1b[${colour}m${bar}\x1b[39m`
  const number = `${(100 * share).toFixed(0)} %`
  return drawn + ' '.repeat(columns - bar.length) + number.padStart(PERCENT_COLUMNS)
}

/** On one line, and cut where it is too long for its column. */
function shortened(token: string): string {
  const line = visible(token)
  if (displayWidth(line) <= TOKEN_COLUMNS_MAX) return line
  const characters = [...line]
  while (displayWidth(characters.join('')) >= TOKEN_COLUMNS_MAX) characters.pop()
  return `${characters.join('')}…`
}

const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - displayWidth(text)))

const widthOfNotes = (notes: readonly string[] | undefined): number => (notes ? GAP.length + widest(notes) : 0)

/** Of as many texts as there may be; a call takes only so many arguments. */
const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0)
