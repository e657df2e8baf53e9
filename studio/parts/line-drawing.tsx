/**
 * Lines in a box, as SVG: one path a line, however many points. The box is stretched to its place by the browser, so
 * that nothing is drawn again when the page changes its width; strokes keep theirs, and words are not in it.
 */

export interface Line {
  readonly name: string
  /** As long as the axis; null where there is nothing. */
  readonly values: ArrayLike<number | null>
  /** A colour of the page, as `--accent`. @default --accent */
  readonly colour?: string
  readonly isDashed?: boolean
  /** Few values with nulls between: they are joined, and each is a point. */
  readonly isSparse?: boolean
}

export interface LineDrawingProps {
  /** Ascending. */
  readonly x: ArrayLike<number>
  readonly lines: readonly Line[]
  readonly xRange: readonly [number, number]
  readonly range: readonly [number, number]
  /** Where grid lines are, in numbers of each axis. */
  readonly xTicks?: readonly number[]
  readonly ticks: readonly number[]
  /** Each value of each line as a point, too. */
  readonly hasPoints?: boolean
}

/** The box; numbers in it are whole enough at a tenth. */
const WIDTH = 1000
const HEIGHT = 500

export function LineDrawing({ x, lines, xRange, range, xTicks = [], ticks, hasPoints = false }: LineDrawingProps) {
  const toX = (value: number) => (WIDTH * shareOf(value, xRange)).toFixed(1)
  const toY = (value: number) => (HEIGHT * (1 - shareOf(value, range))).toFixed(1)
  return (
    <svg class="line-drawing" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path
        class="grid"
        d={[...ticks.map(tick => `M0 ${toY(tick)}H${WIDTH}`), ...xTicks.map(tick => `M${toX(tick)} 0V${HEIGHT}`)].join(
          '',
        )}
      />
      {lines.map(({ name, values, colour = '--accent', isDashed = false, isSparse = false }) => (
        <g key={name} style={{ stroke: `var(${colour})` }} data-line={name}>
          <path d={joined(x, values, toX, toY, isSparse)} stroke-dasharray={isDashed ? '5 4' : undefined} />
          {(hasPoints || isSparse) && <path class="points" d={points(x, values, toX, toY)} />}
        </g>
      ))}
    </svg>
  )
}

export const shareOf = (value: number, [from, to]: readonly [number, number]): number =>
  to > from ? (value - from) / (to - from) : 0.5

type ToPlace = (value: number) => string

function joined(x: ArrayLike<number>, values: Line['values'], toX: ToPlace, toY: ToPlace, spansGaps: boolean): string {
  let path = ''
  let isOpen = false
  for (let k = 0; k < x.length; k++) {
    const value = values[k]
    if (value === null || value === undefined || !Number.isFinite(value)) {
      isOpen &&= spansGaps
      continue
    }
    path += `${isOpen ? 'L' : 'M'}${toX(x[k])} ${toY(value)}`
    isOpen = true
  }
  return path
}

/** A line of no length with round ends is a point, and stays round however the box is stretched. */
function points(x: ArrayLike<number>, values: Line['values'], toX: ToPlace, toY: ToPlace): string {
  let path = ''
  for (let k = 0; k < x.length; k++) {
    const value = values[k]
    if (value !== null && value !== undefined && Number.isFinite(value)) path += `M${toX(x[k])} ${toY(value)}h0`
  }
  return path
}

/** Steps that people count in. */
const ROUND_STEPS = [1, 2, 5, 10]

/** Round numbers within a range, about `count` of them. */
export function roundTicks([from, to]: readonly [number, number], count: number): number[] {
  if (!(to > from)) return [from]
  const rough = (to - from) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (ROUND_STEPS.find(round => round * power >= rough) ?? 10)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step)
}
