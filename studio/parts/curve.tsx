/**
 * Curves over the tokens of a text, on the same axis as the heat maps and with the same selection: the middle of column
 * t is at t.
 */
import { effect } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type Line, LineDrawing, roundTicks, shareOf } from './line-drawing.tsx'
import { moveByKey, type Selection, within } from './selection.ts'
import { Surface } from './surface.tsx'

export type CurveSeries = Line

export interface CurveProps {
  readonly series: readonly CurveSeries[]
  /** Of the vertical axis. */
  readonly range: readonly [number, number]
  readonly format: (value: number) => string
  readonly selection: Selection
  readonly label: string
  /** In CSS pixels. */
  readonly height: number
}

/** Beyond so many tokens their points would be the line. */
const POINTS_MOST = 60
const TICKS = 2

export function Curve({ series, range, format, selection, label, height }: CurveProps) {
  const mark = useRef<HTMLElement>(null)
  const tokens = series[0]?.values.length ?? 0
  useEffect(
    () =>
      effect(() => {
        const share = (selection.token.value + 0.5) / Math.max(1, tokens)
        if (mark.current) mark.current.style.left = `${100 * share}%`
      }),
    [selection, tokens],
  )
  const select = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    selection.token.value = within(Math.floor(((event.clientX - box.left) / box.width) * tokens), tokens)
  }
  const drawn = useMemo(() => {
    const ticks = roundTicks(range, TICKS)
    const x = Array.from({ length: tokens }, (_, t) => t)
    return (
      <>
        <LineDrawing
          x={x}
          lines={series}
          xRange={[-0.5, tokens - 0.5]}
          range={range}
          ticks={ticks}
          hasPoints={tokens <= POINTS_MOST}
        />
        {ticks.map(tick => (
          <span key={tick} class="tick" style={{ bottom: `${100 * shareOf(tick, range)}%` }}>
            {format(tick)}
          </span>
        ))}
      </>
    )
  }, [series, range, format, tokens])
  return (
    <Surface
      class="curve"
      label={label}
      onPointerMove={select}
      onPointerDown={select}
      onKeyDown={event => moveByKey(event, selection, { tokens, units: 0 })}
    >
      <div class="curve-box" style={{ height: `${height}px` }} aria-hidden="true">
        {drawn}
      </div>
      <i ref={mark} class="curve-mark" aria-hidden="true" />
    </Surface>
  )
}
