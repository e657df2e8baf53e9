/**
 * A report as text for a terminal: tokens with bars and per cents, half-lives, what changes would do. It says the same
 * with and without colour.
 */
import { plural } from '../errors/plural.ts'
import { displayWidth } from '../text/display-width.ts'
import { drawGates } from './draw-gates.ts'
import { scaleOf } from './heat-colours.ts'
import type { Firing, InspectedLayer, InspectedPrediction, InspectionReport } from './report.ts'
import {
  curveOf,
  inWords,
  layersAt,
  livesOf,
  longestLives,
  memoryOf,
  nameOf,
  percent,
  steps,
  strongestUnits,
} from './summary.ts'
import { visible, visibleToken } from './visible.ts'

export interface ReportDrawing {
  /** From 0. @default 0 */
  readonly layer?: number
  /** Units that are named in lists. @default 5 */
  readonly units?: number
  /** Columns of the terminal. @default 80 */
  readonly width?: number
  /** By ANSI codes. @default false */
  readonly colour?: boolean
}

const LIFE_BAR = 24
const LIST_INDENT = ' '.repeat(7)

/**
 * @returns  Lines without line ends.
 * @throws {OptionError} there is no such layer.
 */
export function drawReport(report: InspectionReport, options: ReportDrawing = {}): string[] {
  const { layer = 0, units = 5, width = 80, colour = false } = options
  const directions = layersAt(report, layer)
  const last = report.layers.at(-1)?.layer ?? 0
  return [
    ...headline(report),
    ...directions.flatMap(one => [
      '',
      `layer ${layer} of 0 to ${last}, ${one.direction}: ${one.cell}, ${plural(one.hidden, 'unit')}; ` +
        'means over the units',
      ...drawGates(report, {
        layer,
        direction: one.direction,
        quantities: gatesOf(one),
        width,
        colour,
        notes: notesOf(report, one),
      }),
      ...ledgerLines(report, one),
      ...unitLines(one, units, width),
      ...lifeLines(one, units, width),
    ]),
    ...interventionLines(report),
    ...(report.firing ?? []).flatMap(firingLines),
  ]
}

function headline({ task, tokens, unknown, prediction }: InspectionReport): string[] {
  const answer =
    task === 'classifier'
      ? `predicted: ${visible(nameOf(prediction))}, ${percent(prediction.probability)}`
      : `most probable next: ${visibleToken(nameOf(prediction))}, ${percent(prediction.probability)}`
  const count = `${tokens.length} ${tokens.length === 1 ? 'token' : 'tokens'}`
  if (unknown.length === 0) return [`${answer} (${count})`]
  const named = unknown.slice(0, 5).map(t => visibleToken(tokens[t]))
  const more = unknown.length > 5 ? ', …' : ''
  return [`${answer} (${count}, ${unknown.length} unknown to the model: ${named.join(', ')}${more})`]
}

/** Quantities called gates; of a cell that has none so called, those between 0 and 1 as gates are. */
function gatesOf({ quantities }: InspectedLayer): string[] {
  const names = Object.keys(quantities)
  const gates = names.filter(name => name.endsWith('Gate'))
  return gates.length > 0 ? gates : names.filter(name => !scaleOf(quantities[name].values).isSigned)
}

/** Columns behind the gates: ledger, gradient, prediction so far. */
function notesOf(report: InspectionReport, { ledger }: InspectedLayer): { heading: string; entries: string[] } {
  const { gradient, prediction, predictions, task, tokens } = report
  const most = gradient.reduce((a, b) => Math.max(a, b), 0)
  const curve = curveOf(report, predictions)
  const columns: string[][] = []
  if (ledger) columns.push([`in ${ledger.state}`, ...ledger.shares.map(share => percent(share))])
  columns.push(['gradient', ...gradient.map(g => percent(most === 0 ? 0 : g / most))])
  columns.push([task === 'classifier' ? visible(nameOf(prediction)) : 'next', ...curve.map(percent)])
  const expected = predictions.map(p => ('top' in p ? visibleToken(p.top[0].token) : ''))
  if (task === 'language-model') columns.push(['expected', ...expected])
  const widths = columns.map(widest)
  const line = (row: number) =>
    columns.map((column, k) => ' '.repeat(widths[k] - displayWidth(column[row])) + column[row]).join('  ')
  return { heading: line(0), entries: tokens.map((_, t) => line(t + 1)) }
}

const widest = (cells: readonly string[]): number => cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), 0)

function ledgerLines({ tokens }: InspectionReport, { ledger, cell, direction }: InspectedLayer): string[] {
  if (!ledger) return ['', `memory: ${cell} keeps nothing by a direct path`]
  const { state, at, initialShare } = ledger
  const token = visibleToken(tokens[at])
  const first = Math.abs(initialShare) < 5e-4 ? '' : `; of the first state ${percent(initialShare)}`
  return [
    '',
    `memory: "in ${state}" is how much of ${state} after token ${at} (${token}) was written at each token${first}`,
    '        (the direct path only, not what goes through the gates by way of h)',
    ...(direction === 'backward' && at === tokens.length - 1 && at > 0
      ? ['        This direction has read one token there; --at 0 tells of all tokens.']
      : []),
  ]
}

function unitLines(layer: InspectedLayer, count: number, width: number): string[] {
  const name = memoryOf(layer)
  const { values } = layer.quantities[name]
  const named = strongestUnits(layer, name, count).map(unit => {
    const row = values.map(v => v[unit])
    const at = row.reduce((best, value, t) => (Math.abs(value) > Math.abs(row[best]) ? t : best), 0)
    return `unit ${unit} ${row[at].toFixed(2)} at ${at}`
  })
  return listed(`largest in ${inWords(name)}:`, named, width)
}

function lifeLines({ halfLife }: InspectedLayer, count: number, width: number): string[] {
  if (!halfLife) return []
  const { bins, endless } = livesOf(halfLife)
  const most = Math.max(1, ...bins.map(bin => bin.units))
  const rows = bins.map(({ from, to, units }) => {
    const range = to === null ? `${from} and more` : `${from} to ${to}`
    const bar = '█'.repeat(Math.ceil((units / most) * LIFE_BAR))
    return `  ${range.padEnd(12)} ${String(units).padStart(5)} ${bar}`.trimEnd()
  })
  const longest = longestLives(halfLife, count).map(({ unit, steps: life }) => `unit ${unit} ${steps(life)}`)
  return [
    'half-lives in steps, and how many units have them:',
    ...rows,
    ...(endless > 0 ? [`  none         ${String(endless).padStart(5)} (their mean is 1 or more, or 0 or less)`] : []),
    ...(longest.length > 0 ? listed('longest:', longest, width) : []),
  ]
}

/** With commas between, in lines no wider than may be; those after the first are set in. */
function listed(heading: string, items: readonly string[], width: number): string[] {
  const lines = [heading]
  for (const [k, item] of items.entries()) {
    const piece = ` ${item}${k < items.length - 1 ? ',' : ''}`
    if (lines[lines.length - 1].length + piece.length > width) lines.push(LIST_INDENT)
    lines[lines.length - 1] += piece
  }
  return lines
}

function interventionLines({ prediction, interventions }: InspectionReport): string[] {
  if (interventions.length === 0) return []
  const before = nameOf(prediction)
  const row = (change: string, after: InspectedPrediction) => [
    visible(change),
    `${visibleToken(nameOf(after))} ${percent(after.probability)}`,
    probabilityOf(before, after),
  ]
  const rows = interventions.map(({ change, prediction: after }) => row(change, after))
  const table = [['change', 'prediction', visibleToken(before)], row('none', prediction), ...rows]
  const widths = table[0].map((_, k) => widest(table.map(cells => cells[k])))
  const pad = (cell: string, k: number) => cell + ' '.repeat(widths[k] - displayWidth(cell))
  return ['', ...table.map(cells => cells.map(pad).join('  ').trimEnd())]
}

/** Of a label, or of a token: of one that is not among the ten most probable it is known only that it is less. */
function probabilityOf(name: string, prediction: InspectedPrediction): string {
  if ('label' in prediction) return percent(prediction.probabilities[name])
  const found = prediction.top.find(({ token }) => token === name)
  if (found) return percent(found.probability)
  const last = prediction.top[prediction.top.length - 1]
  return `below ${percent(last.probability)}`
}

function firingLines({ layer, direction, unit, quantity, tokens, places }: Firing): string[] {
  const joined = (words: readonly string[]) => words.map(visibleToken).join(' ')
  return [
    '',
    `unit ${unit} of layer ${layer}, ${direction}: where ${inWords(quantity)} is largest in ${plural(tokens, 'token')}`,
    ...places.map(({ text, value, before, token, after }) => {
      const around = `${joined(before)} [${visibleToken(token)}] ${joined(after)}`
      return `  ${value.toFixed(3).padStart(7)}  text ${text}: ${around}`.trimEnd()
    }),
  ]
}
