/**
 * Lines over any axis: loss over steps, accuracy over epochs (uPlot). No surface of its own: put it in one, or caption
 * it.
 */
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { scheme } from '../shell/scheme.ts'
import { resolvedColour } from './resolved-colour.ts'

export interface PlotSeries {
  readonly name: string
  /** As long as `x`; null where there is nothing. */
  readonly values: ArrayLike<number | null>
  /** A colour of the page, as `--accent`. @default --accent */
  readonly colour?: string
  readonly isDashed?: boolean
  /** Few values with nulls between: they are joined, and each is a point. */
  readonly isSparse?: boolean
}

/** Beside the drawing, in CSS pixels: what a mark over it has to know. */
export const PLOT_LEFT = 46
export const PLOT_RIGHT = 12

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
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const colours = scheme.value
  // Another set of lines is another plot; more points are not.
  const kind = JSON.stringify([series.map(s => [s.name, s.colour, s.isDashed]), xLabel, range, xRange, height])
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const options = optionsOf(element, { series, xLabel, range, xRange, format, height })
    const drawn = new uPlot(options, dataOf(x, series), element)
    plot.current = drawn
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      drawn.destroy()
      plot.current = null
    }
  }, [kind, colours])
  useEffect(() => plot.current?.setData(dataOf(x, series)), [x, series])
  return <div ref={place} class="plot" style={{ height: `${height}px` }} aria-hidden="true" />
}

const dataOf = (x: ArrayLike<number>, series: readonly PlotSeries[]): uPlot.AlignedData => [
  Array.from(x),
  ...series.map(({ values }) => Array.from(values)),
]

type Drawn = Pick<PlotProps, 'series' | 'xLabel' | 'range' | 'xRange' | 'format' | 'height'>

function optionsOf(element: HTMLElement, { series, xLabel, range, xRange, format, height }: Drawn): uPlot.Options {
  const line = resolvedColour(element, '--line')
  const ink = resolvedColour(element, '--ink-soft')
  const font = `11px ${getComputedStyle(element).fontFamily}`
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, PLOT_RIGHT, 0, 0],
    scales: {
      x: { time: false, ...(xRange && { range: [xRange[0], xRange[1]] }) },
      y: range ? { range: [range[0], range[1]] } : {},
    },
    axes: [
      { ...axis, label: xLabel, labelFont: font, labelSize: 16, size: 22 },
      { ...axis, size: PLOT_LEFT, values: (_, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...series.map(({ name, colour = '--accent', isDashed = false, isSparse = false }) => ({
        label: name,
        stroke: resolvedColour(element, colour),
        width: 2,
        points: { show: isSparse, size: 5 },
        spanGaps: isSparse,
        ...(isDashed && { dash: [5, 4] }),
      })),
    ],
  }
}
