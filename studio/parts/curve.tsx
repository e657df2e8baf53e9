/**
 * Curves over the tokens of a text (uPlot), on the same axis as the heat maps and with the same selection: the middle
 * of column t is at t.
 */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { scheme } from '../shell/scheme.ts'
import { resolvedColour } from './resolved-colour.ts'
import { moveByKey, type Selection, within } from './selection.ts'
import { Surface } from './surface.tsx'

export interface CurveSeries {
  readonly name: string
  /** [T]; null where there is nothing. */
  readonly values: ArrayLike<number | null>
  /** A colour of the page, as `--accent`. @default --accent */
  readonly colour?: string
  readonly isDashed?: boolean
}

export interface CurveProps {
  readonly series: readonly CurveSeries[]
  /** Of the vertical axis. */
  readonly range: readonly [number, number]
  readonly format: (value: number) => string
  readonly selection: Selection
  readonly label: string
  readonly height: number
}

export function Curve({ series, range, format, selection, label, height }: CurveProps) {
  const place = useRef<HTMLDivElement>(null)
  const mark = useRef<HTMLElement>(null)
  const tokens = series[0]?.values.length ?? 0
  const colours = scheme.value
  useEffect(() => {
    const element = place.current
    if (element === null || tokens === 0) return
    const plot = new uPlot(
      optionsOf(element, { series, range, format, height, tokens }),
      dataOf(series, tokens),
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [series, range, height, tokens, colours])
  useEffect(
    () =>
      effect(() => {
        if (mark.current) mark.current.style.left = `${(100 * (selection.token.value + 0.5)) / Math.max(1, tokens)}%`
      }),
    [selection, tokens],
  )
  const select = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    selection.token.value = within(Math.floor(((event.clientX - box.left) / box.width) * tokens), tokens)
  }
  return (
    <Surface
      class="curve"
      label={label}
      onPointerMove={select}
      onPointerDown={select}
      onKeyDown={event => moveByKey(event, selection, { tokens, units: 0 })}
    >
      <div ref={place} class="curve-place" style={{ height: `${height}px` }} aria-hidden="true" />
      <i ref={mark} class="curve-mark" aria-hidden="true" />
    </Surface>
  )
}

function dataOf(series: readonly CurveSeries[], tokens: number): uPlot.AlignedData {
  return [Array.from({ length: tokens }, (_, t) => t), ...series.map(({ values }) => Array.from(values))]
}

interface Drawn extends Pick<CurveProps, 'series' | 'range' | 'format' | 'height'> {
  readonly tokens: number
}

function optionsOf(element: HTMLElement, { series, range, format, height, tokens }: Drawn): uPlot.Options {
  const line = resolvedColour(element, '--line')
  const ink = resolvedColour(element, '--ink-soft')
  return {
    width: element.clientWidth,
    height,
    padding: [6, 0, 6, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-0.5, tokens - 0.5] }, y: { range: [range[0], range[1]] } },
    // The numbers of the vertical axis stand inside, so that the plot is as wide as the heat maps.
    axes: [
      { show: false },
      {
        side: 3,
        size: 0,
        gap: -2,
        align: 1,
        stroke: ink,
        font: `11px ${getComputedStyle(element).fontFamily}`,
        values: (_, splits) => splits.map(format),
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        space: 30,
      },
    ],
    series: [
      {},
      ...series.map(({ name, colour = '--accent', isDashed = false }) => ({
        label: name,
        stroke: resolvedColour(element, colour),
        width: 2,
        points: { show: tokens <= 60, size: 5 },
        ...(isDashed && { dash: [5, 4] }),
      })),
    ],
  }
}
