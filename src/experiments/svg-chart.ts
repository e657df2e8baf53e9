/**
 * Charts as SVG text: lines, points and levels over two axes. d3-scale chooses ticks, d3-shape writes paths; neither
 * needs a page (docs/decisions/0080-charts.md).
 *
 * The same chart gives the same text. Series are told apart by colour, by dashes or the form of points, and by name.
 */
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import type { Axis, Chart, Series } from './experiment.ts'

const [WIDTH, HEIGHT] = [640, 380]
const EDGE = { left: 64, right: 32, top: 40, bottom: 48 } as const
const LEGEND_LINE = 18
const TICKS = 6

/** Okabe & Ito's colours, which people with any colour vision can tell apart; yellow is left out, on white. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000']
const DASHES = ['', '7 3', '10 3 2 3', '4 2']
const LEVEL_DASHES = '1 4'

type Scale = ScaleContinuousNumeric<number, number>

/** Draws a chart. @returns  An SVG document. */
export function drawChart({ title, x, y, series, levels = [] }: Chart): string {
  const legendHeight = series.length > 1 || levels.length > 0 ? LEGEND_LINE * (series.length + levels.length) : 0
  const height = HEIGHT + legendHeight
  const points = series.flatMap(({ points: p }) => p).filter(([px, py]) => Number.isFinite(px) && Number.isFinite(py))
  const toX = scaleOf(
    x,
    points.map(([px]) => px),
    [EDGE.left, WIDTH - EDGE.right],
  )
  const heights = [...points.map(([, py]) => py), ...levels.map(level => level.y)]
  const toY = scaleOf(y, heights, [HEIGHT - EDGE.bottom, EDGE.top])
  const content = [
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(WIDTH / 2, 22, title, 'text-anchor="middle" font-size="15" font-weight="600"'),
    ...ticksBelow(toX, x),
    ...ticksLeft(toY, y),
    ...levels.map(level => levelLine(toY(level.y))),
    ...series.flatMap((one, k) => seriesOf(one, k, toX, toY)),
    ...(legendHeight > 0
      ? legend(
          series,
          levels.map(({ name }) => name),
        )
      : []),
  ]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">\n${content.join('\n')}\n</svg>\n`
  )
}

function scaleOf({ scale = 'linear', domain }: Axis, values: readonly number[], range: [number, number]): Scale {
  const [least, greatest] = domain ?? [Math.min(...values), Math.max(...values)]
  // Powers of ten would leave much of a logarithmic axis empty; it ends a little beyond its values.
  if (scale === 'log') return scaleLog(range).domain(domain ?? [least / LOG_ROOM, greatest * LOG_ROOM])
  // One value alone is drawn in the middle of some room.
  const room = least === greatest ? Math.max(1, Math.abs(least)) / 2 : 0
  const made = scaleLinear(range).domain([least - room, greatest + room])
  return domain ? made : made.nice()
}

const LOG_ROOM = 1.1

/** With the numbers that stand at them; those of a logarithmic axis which have no room are empty. */
function ticksOf(scale: Scale): (readonly [number, string])[] {
  // Of a logarithmic axis numbers as they are, not with the prefixes of units.
  const format = 'base' in scale ? scale.tickFormat(TICKS, '~g') : scale.tickFormat(TICKS)
  return scale.ticks(TICKS).map(value => [value, format(value)] as const)
}

function ticksBelow(scale: Scale, { label }: Axis): string[] {
  const [left, right] = scale.range()
  const bottom = HEIGHT - EDGE.bottom
  const ticks = ticksOf(scale).flatMap(([value, written]) => [
    `<path d="M${rounded(scale(value))},${bottom}v5" stroke="#666"/>`,
    text(scale(value), bottom + 18, written, 'text-anchor="middle"'),
  ])
  return [
    `<path d="M${left},${bottom}H${right}" stroke="#666"/>`,
    ...ticks,
    text((left + right) / 2, HEIGHT - 10, label, 'text-anchor="middle"'),
  ]
}

function ticksLeft(scale: Scale, { label }: Axis): string[] {
  const middle = (EDGE.top + HEIGHT - EDGE.bottom) / 2
  const ticks = ticksOf(scale).flatMap(([value, written]) => [
    `<path d="M${EDGE.left},${rounded(scale(value))}H${WIDTH - EDGE.right}" stroke="#e4e4e4"/>`,
    text(EDGE.left - 8, scale(value) + 4, written, 'text-anchor="end"'),
  ])
  return [...ticks, text(0, 0, label, `text-anchor="middle" transform="translate(16 ${middle}) rotate(-90)"`)]
}

function seriesOf({ kind = 'line', points }: Series, k: number, toX: Scale, toY: Scale): string[] {
  const colour = COLOURS[k % COLOURS.length]
  const places = points
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]): [number, number] => [rounded(toX(x)), rounded(toY(y))])
  if (kind === 'points') return places.map(([x, y]) => point(x, y, k, colour))
  return [`<path d="${line()(places) ?? ''}" fill="none" stroke="${colour}" stroke-width="2"${dashed(k)}/>`]
}

/** A disc, a square or a lozenge. */
function point(x: number, y: number, k: number, colour: string): string {
  const form = k % 3
  if (form === 0) return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}" fill-opacity="0.75"/>`
  const turn = form === 2 ? ` transform="rotate(45 ${x} ${y})"` : ''
  const square = `x="${rounded(x - 3)}" y="${rounded(y - 3)}" width="6" height="6"`
  return `<rect ${square} fill="${colour}" fill-opacity="0.75"${turn}/>`
}

const LEVEL = `stroke="#444" stroke-width="1.5" stroke-dasharray="${LEVEL_DASHES}"`

const levelLine = (y: number): string => `<path d="M${EDGE.left},${rounded(y)}H${WIDTH - EDGE.right}" ${LEVEL}/>`

function legend(series: readonly Series[], levels: readonly string[]): string[] {
  const at = (k: number) => HEIGHT + 8 + k * LEGEND_LINE
  const ofSeries = series.flatMap(({ name, kind = 'line' }, k) => {
    const colour = COLOURS[k % COLOURS.length]
    const sample =
      kind === 'points'
        ? point(EDGE.left + 16, at(k), k, colour)
        : `<path d="M${EDGE.left},${at(k)}h32" stroke="${colour}" stroke-width="2"${dashed(k)}/>`
    return [sample, text(EDGE.left + 42, at(k) + 4, name)]
  })
  const ofLevels = levels.flatMap((name, k) => {
    const y = at(series.length + k)
    return [`<path d="M${EDGE.left},${y}h32" ${LEVEL}/>`, text(EDGE.left + 42, y + 4, name)]
  })
  return [...ofSeries, ...ofLevels]
}

const dashed = (k: number): string => {
  const dashes = DASHES[k % DASHES.length]
  return dashes === '' ? '' : ` stroke-dasharray="${dashes}"`
}

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${rounded(x)}" y="${rounded(y)}"${attributes === '' ? '' : ` ${attributes}`}>${escaped(content)}</text>`

const rounded = (value: number): number => Math.round(value * 10) / 10

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
