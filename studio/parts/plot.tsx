/** Lines over any axis: loss over steps, accuracy over epochs. No surface of its own: put it in one, or caption it. */
import { type Line, LineDrawing, roundTicks, shareOf } from './line-drawing.tsx'

export type PlotSeries = Line

/** Beside the drawing, in CSS pixels: what a mark over it has to know. */
export const PLOT_LEFT = 46
export const PLOT_RIGHT = 12

const TOP = 8
const FOOT = 38
const PIXELS_A_TICK = 42
const X_TICKS = 8

export interface PlotProps {
  /** Ascending. */
  readonly x: ArrayLike<number>
  readonly series: readonly PlotSeries[]
  readonly xLabel: string
  /** @default what the values need */
  readonly range?: readonly [number, number] | undefined
  /** Of x. @default what there is */
  readonly xRange?: readonly [number, number] | undefined
  readonly format: (value: number) => string
  readonly height: number
}

export function Plot({ x, series, xLabel, range, xRange, format, height }: PlotProps) {
  const across = xRange ?? [x[0] ?? 0, x[x.length - 1] ?? 1]
  const tall = height - TOP - FOOT
  const count = Math.max(2, Math.round(tall / PIXELS_A_TICK))
  const up = range ?? rounded(needed(series), count)
  const ticks = roundTicks(up, count)
  const xTicks = roundTicks(across, X_TICKS)
  return (
    <div class="plot" style={{ height: `${height}px` }} aria-hidden="true">
      <div class="plot-box" style={{ inset: `${TOP}px ${PLOT_RIGHT}px ${FOOT}px ${PLOT_LEFT}px` }}>
        <LineDrawing x={x} lines={series} xRange={across} range={up} xTicks={xTicks} ticks={ticks} />
        {ticks.map(tick => (
          <span key={tick} class="tick" style={{ bottom: `${100 * shareOf(tick, up)}%` }}>
            {format(tick)}
          </span>
        ))}
        {xTicks.map(tick => (
          <span key={tick} class="x-tick" style={{ left: `${100 * shareOf(tick, across)}%` }}>
            {Number(tick.toPrecision(6))}
          </span>
        ))}
      </div>
      <span class="plot-label">{xLabel}</span>
    </div>
  )
}

function needed(series: readonly PlotSeries[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { values } of series) {
    for (let k = 0; k < values.length; k++) {
      const value = values[k]
      if (value === null || !Number.isFinite(value)) continue
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  }
  return least <= most ? [least, most] : [0, 1]
}

/** Out to the next round numbers, so that the highest point has a line above it. */
function rounded([from, to]: readonly [number, number], count: number): readonly [number, number] {
  if (!(to > from)) return [from - 0.5, to + 0.5]
  const ticks = roundTicks([from, to], count)
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : to - from
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step]
}
