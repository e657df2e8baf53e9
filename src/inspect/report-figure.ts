/**
 * A report as one SVG figure for a paper: heat maps of a layer over the text, the ledger, the gradient and the
 * prediction, on one axis of tokens. Vectors only; nothing is loaded from elsewhere.
 */
import { colourOf, scaleOf } from './heat-colours.ts'
import type { InspectedLayer, InspectionReport } from './report.ts'
import { curveOf, inWords, layersAt, memoryOf, nameOf, strongestUnits } from './summary.ts'
import { markup, visible, visibleToken } from './visible.ts'

export interface FigureOptions {
  /** From 0. @default 0 */
  readonly layer?: number
  /**
   * Rows of each heat map: the units that are largest in the memory; one row, the mean, where there is no room.
   * @default 16
   */
  readonly units?: number
}

/** Rectangles, at most: what viewers and typesetters still open at once. */
const CELLS_MOST = 20_000
const TOKEN_CHARACTERS_MOST = 16

/** Sizes in px. */
const LETTER = 5.6
const RIGHT = 56
const MARGIN = 12
const GAP = 14
const ROW = 7
const BARS = 36
const LABELS = 92
const WIDEST = 1000

interface Panel {
  readonly name: string
  readonly height: number
  /** @param x  Of the first token. */
  readonly draw: (x: number, y: number) => string[]
  /** What stands at the right, from top to bottom. */
  readonly ends: readonly [string, string]
}

/**
 * @returns  An SVG document.
 * @throws {OptionError} there is no such layer.
 */
export function reportFigure(report: InspectionReport, { layer = 0, units = 16 }: FigureOptions = {}): string {
  const { tokens } = report
  const cell = Math.max(0.5, Math.min(28, WIDEST / tokens.length))
  const directions = layersAt(report, layer)
  const panels = [
    ...directions.flatMap(one => layerPanels(report, one, units, cell, directions.length)),
    ...textPanels(report, cell),
  ]
  const left = MARGIN + LETTER * Math.max(...panels.map(({ name }) => name.length))
  const right = left + cell * tokens.length
  const parts: string[] = []
  let y = MARGIN
  for (const panel of panels) {
    parts.push(...framed(panel, left, y, right))
    y += panel.height + GAP
  }
  parts.push(...tokenLabels(tokens, left, y, cell))
  const [width, height] = [Math.ceil(right + RIGHT), Math.ceil(y + LABELS)]
  const title = `${directions[0].cell}, layer ${layer}: ${tokens.slice(0, 40).map(visibleToken).join(' ')}`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      'font-family="Helvetica, Arial, sans-serif" font-size="10" fill="#000000" role="img">',
    `<title>${markup(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function layerPanels(
  report: InspectionReport,
  layer: InspectedLayer,
  units: number,
  cell: number,
  directions: number,
): Panel[] {
  const { tokens } = report
  const quantities = Object.entries(layer.quantities)
  const most = Math.floor(CELLS_MOST / (tokens.length * quantities.length * directions))
  const rows = Math.min(units, most, layer.hidden)
  const chosen = rows < 2 ? null : strongestUnits(layer, memoryOf(layer), rows).sort((a, b) => a - b)
  const way = directions > 1 ? ` (${layer.direction})` : ''
  const maps = quantities.map(([name, { values, mean }]): Panel => {
    // A projected state has fewer units than its cell.
    const shown = chosen?.filter(unit => unit < values[0].length)
    const drawn = shown && shown.length > 0 ? values.map(row => shown.map(unit => row[unit])) : mean.map(m => [m])
    const scale = scaleOf(drawn)
    const height = drawn[0].length * (drawn[0].length === 1 ? 2 * ROW : ROW)
    const unitHeight = height / drawn[0].length
    return {
      name: `${inWords(name)}${way}`,
      height,
      ends: [number(scale.high), number(scale.low)],
      draw: (x, y) =>
        drawn.flatMap((row, t) =>
          row.map((value, k) => rect(x + t * cell, y + k * unitHeight, cell, unitHeight, colourOf(value, scale))),
        ),
    }
  })
  const { ledger } = layer
  if (!ledger) return maps
  return [...maps, barPanel(`in ${ledger.state} after token ${ledger.at}${way}`, ledger.shares, cell, '#2171b5')]
}

function textPanels(report: InspectionReport, cell: number): Panel[] {
  const curve = curveOf(report, report.predictions)
  const name = report.task === 'classifier' ? `p(${visible(nameOf(report.prediction)).slice(0, 12)})` : 'p(next token)'
  const line: Panel = {
    name,
    height: BARS,
    ends: ['1', '0'],
    draw: (x, y) => {
      const points = curve.map((p, t) => `${round(x + (t + 0.5) * cell)},${round(y + BARS * (1 - p))}`).join(' ')
      const stroke = 'fill="none" stroke="#000000" stroke-width="1.2" shape-rendering="geometricPrecision"'
      return [`<polyline points="${points}" ${stroke}/>`]
    },
  }
  return [barPanel('gradient', report.gradient, cell, '#555555'), line]
}

/** Bars up, and down below 0. */
function barPanel(name: string, values: readonly number[], cell: number, colour: string): Panel {
  const high = values.reduce((most, v) => Math.max(most, v), 0)
  const low = values.reduce((least, v) => Math.min(least, v), 0)
  const range = high - low || 1
  return {
    name,
    height: BARS,
    ends: [number(high), number(low)],
    draw: (x, y) => {
      const zero = y + (BARS * high) / range
      return values.map((value, t) => {
        const height = (BARS * Math.abs(value)) / range
        return rect(x + t * cell, value < 0 ? zero : zero - height, cell * 0.9, height, colour)
      })
    },
  }
}

function framed({ name, height, draw, ends: [top, bottom] }: Panel, left: number, y: number, right: number): string[] {
  const text = (x: number, at: number, words: string, anchor: string) =>
    `<text x="${round(x)}" y="${round(at)}" text-anchor="${anchor}">${markup(words)}</text>`
  return [
    '<g shape-rendering="crispEdges">',
    ...draw(left, y),
    '</g>',
    `<rect x="${round(left)}" y="${round(y)}" width="${round(right - left)}" height="${round(height)}" fill="none" ` +
      'stroke="#888888" stroke-width="0.5"/>',
    text(left - 6, y + height / 2 + 3.5, name, 'end'),
    text(right + 4, y + 8, top, 'start'),
    ...(height > 20 ? [text(right + 4, y + height, bottom, 'start')] : []),
  ]
}

/** Turned, so that they stand close; where they would cover one another, only some. */
function tokenLabels(tokens: readonly string[], left: number, y: number, cell: number): string[] {
  const every = Math.ceil(10 / cell)
  return tokens.flatMap((token, t) => {
    if (t % every !== 0) return []
    const characters = [...visibleToken(token)]
    const short = characters.length > TOKEN_CHARACTERS_MOST
    const words = short ? `${characters.slice(0, TOKEN_CHARACTERS_MOST - 1).join('')}…` : characters.join('')
    const [x, at] = [round(left + (t + 0.5) * cell + 3), round(y)]
    return [`<text x="${x}" y="${at}" text-anchor="end" transform="rotate(-60 ${x} ${at})">${markup(words)}</text>`]
  })
}

const rect = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`

const round = (x: number): string => String(Math.round(x * 100) / 100)

const number = (value: number): string => (value === 0 || value === 1 ? String(value) : value.toPrecision(2))
