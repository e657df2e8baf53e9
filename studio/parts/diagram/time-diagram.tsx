/**
 * A layer over time, in a `Surface` of the class `time-scroll`: unrolled, a cell a token, all with the one set of
 * weights, which is drawn once; or rolled, one cell whose states come back to it one step later. States go forward in
 * ink, gradients back in red.
 */
import { useEffect, useRef } from 'preact/hooks'
import { visible } from '../token-strip.tsx'
import { Arrows, backWidth, Time } from './cell-diagram.tsx'
import { type Point, pathOf } from './routes.ts'

export interface StateOverTime {
  readonly key: string
  /** As it is written: `C`. */
  readonly letter: string
  /** After each token, as it is printed, [T]. */
  readonly values: readonly string[]
  /** Magnitudes of the gradient at each token, [T]; null: none are shown. */
  readonly gradients: ArrayLike<number> | null
  readonly printGradient: (size: number) => string
}

export interface TimeDiagramProps {
  readonly tokens: readonly string[]
  /** Words under the cells, where the tokens are said otherwise. @default visible tokens */
  readonly states: readonly StateOverTime[]
  /** Read from the end. */
  readonly isReversed: boolean
  /** Above each cell: what is predicted there, [T]; empty: nothing. */
  readonly answers: readonly string[]
  readonly selected: number
  readonly onSelect: (token: number) => void
  /** What stands on the weights. */
  readonly weights: string
  /** In the rolled form, on the way back. */
  readonly delay: string
  readonly cell: string
  readonly way: 'forward' | 'back'
}

const PITCH = 112
const CELL = 60
const ROW = 44
const LEFT = 60

const heightOf = (states: number): number => 14 + ROW * states
const largestOf = (states: readonly StateOverTime[]): number =>
  Math.max(1e-30, ...states.flatMap(({ gradients }) => (gradients ? Array.from(gradients) : [])))

export function Unrolled(props: TimeDiagramProps) {
  const { tokens, states, isReversed, answers, selected, onSelect, weights, way } = props
  const picture = useRef<SVGSVGElement>(null)
  const middle = (t: number) => LEFT + PITCH * t + PITCH / 2
  const top = 56
  const height = heightOf(states.length)
  const bottom = top + height
  const width = LEFT * 2 + PITCH * tokens.length
  const largest = largestOf(states)
  useEffect(() => {
    // The surface around it scrolls, since that is what has the keyboard.
    const [svg, box] = [picture.current, picture.current?.parentElement]
    if (!box || !svg) return
    const scale = svg.clientWidth / width || 1
    const at = middle(selected) * scale
    const margin = PITCH * scale
    if (at - margin < box.scrollLeft) box.scrollLeft = at - margin
    if (at + margin > box.scrollLeft + box.clientWidth) box.scrollLeft = at + margin - box.clientWidth
  }, [selected, width])
  const select = (event: PointerEvent) => {
    const svg = event.currentTarget as SVGSVGElement
    const { left, width: shown } = svg.getBoundingClientRect()
    const t = Math.floor((((event.clientX - left) / shown) * width - LEFT) / PITCH)
    onSelect(Math.min(tokens.length - 1, Math.max(0, t)))
  }
  const arrows = tokens.flatMap((_, t) => states.map((state, k) => ({ t, state, y: top + 26 + ROW * k })))
  return (
    <svg
      ref={picture}
      class="time-diagram"
      viewBox={`0 0 ${width} ${bottom + 94}`}
      style={{ width: `${width}px` }}
      aria-hidden="true"
      data-way={way}
      onPointerDown={select}
    >
      <Arrows />
      <path class="shared" d={`M${LEFT} ${bottom + 22}H${middle(tokens.length - 1) - 16}`} />
      <text class="shared-name" x={LEFT - 40} y={bottom + 86} text-anchor="start">
        {weights}
      </text>
      <path class="shared" d={`M${LEFT} ${bottom + 22}H${LEFT - 30}V${bottom + 72}`} />
      {tokens.map((token, t) => (
        <g key={t} class="time-cell" data-selected={t === selected ? '' : undefined}>
          <path class="shared" d={`M${middle(t) - 16} ${bottom + 22}V${bottom + 2}`} />
          <path class="forward" d={`M${middle(t)} ${bottom + 42}V${bottom + 3}`} marker-end="url(#arrow)" />
          <rect x={middle(t) - CELL / 2} y={top} width={CELL} height={height} rx={9} />
          {states.map(({ key, letter }, k) => (
            <text key={key} x={middle(t)} y={top + 30 + ROW * k} text-anchor="middle">
              <Time letter={letter} time={String(t + 1)} />
            </text>
          ))}
          <text class="time-token" x={middle(t)} y={bottom + 58} text-anchor="middle">
            {cut(visible(token))}
          </text>
          {answers[t] !== undefined && (
            <>
              <path class="forward" d={`M${middle(t)} ${top}V${top - 22}`} marker-end="url(#arrow)" />
              <text class="number" x={middle(t)} y={top - 30} text-anchor="middle">
                {answers[t]}
              </text>
            </>
          )}
        </g>
      ))}
      {arrows.map(({ t, state, y }) => {
        const [a, b] = isReversed
          ? [middle(t) - CELL / 2, middle(t) - PITCH + CELL / 2]
          : [middle(t) + CELL / 2, middle(t) + PITCH - CELL / 2]
        const size = state.gradients?.[t] ?? 0
        const at = (a + b) / 2
        return (
          <g key={`${t} ${state.key}`}>
            <path class="forward" d={`M${a} ${y}H${b}`} marker-end="url(#arrow)" />
            <text class="number" x={at} y={y - 6} text-anchor="middle">
              {state.values[t]}
            </text>
            {state.gradients && (
              <>
                {size > 0 && (
                  <path
                    class="back"
                    d={`M${b} ${y + 6}H${a}`}
                    stroke-width={backWidth(size, largest)}
                    marker-end="url(#arrow-back)"
                  />
                )}
                <text class="number red" x={at} y={y + 20} text-anchor="middle">
                  {state.printGradient(size)}
                </text>
              </>
            )}
          </g>
        )
      })}
    </svg>
  )
}

const LONGEST = 13
const cut = (token: string): string => (token.length > LONGEST ? `${token.slice(0, LONGEST - 1)}…` : token)

export function Rolled({ tokens, states, answers, selected, weights, delay, cell, way }: TimeDiagramProps) {
  const height = heightOf(states.length)
  const top = 74 + 26 * states.length
  const [left, right] = [260 - 55, 260 + 55]
  const bottom = top + height
  const largest = largestOf(states)
  const loop = (k: number, by = 0): Point[] => {
    const out = 76 + 26 * (states.length - 1 - k) + by
    const [y, over] = [top + 26 + ROW * k + by, top - 26 - 26 * (states.length - 1 - k) - by]
    return [
      [right, y],
      [right + out, y],
      [right + out, over],
      [left - out, over],
      [left - out, y],
      [left, y],
    ]
  }
  return (
    <svg
      class="time-diagram rolled"
      viewBox={`0 0 520 ${bottom + 92}`}
      style={{ maxWidth: '620px' }}
      aria-hidden="true"
      data-way={way}
    >
      <Arrows />
      <g class="time-cell" data-selected="">
        <rect x={left} y={top} width={right - left} height={height} rx={9} />
        <text x={260} y={top + height / 2 + 5} text-anchor="middle" class="cell-name">
          {cell}
        </text>
      </g>
      <path class="forward" d={`M260 ${bottom + 40}V${bottom + 3}`} marker-end="url(#arrow)" />
      <text class="time-token" x={260} y={bottom + 58} text-anchor="middle">
        {cut(visible(tokens[selected] ?? ''))}
      </text>
      <path class="shared" d={`M${left + 20} ${bottom + 2}V${bottom + 24}H70V${bottom + 62}`} />
      <text class="shared-name" x={40} y={bottom + 78}>
        {weights}
      </text>
      {answers[selected] !== undefined && (
        <>
          <path class="forward" d={`M260 ${top}V34`} marker-end="url(#arrow)" />
          <text class="number" x={260} y={24} text-anchor="middle">
            {answers[selected]}
          </text>
        </>
      )}
      {states.map((state, k) => {
        const over = top - 26 - 26 * (states.length - 1 - k)
        const y = top + 26 + ROW * k
        const size = state.gradients?.[selected] ?? 0
        return (
          <g key={state.key}>
            <path class="forward" d={pathOf(loop(k))} marker-end="url(#arrow)" />
            {state.gradients && size > 0 && (
              <path
                class="back"
                d={pathOf([...loop(k, 6)].reverse())}
                stroke-width={backWidth(size, largest)}
                marker-end="url(#arrow-back)"
              />
            )}
            <rect class="delay" x={312} y={over - 9} width={84} height={18} rx={9} />
            <text class="delay-name" x={354} y={over + 4} text-anchor="middle">
              {delay}
            </text>
            <text x={right + 8} y={y - 8}>
              <Time letter={state.letter} time="t" />
            </text>
            <text class="number" x={right + 30} y={y - 8}>
              {state.values[selected]}
            </text>
            {state.gradients && (
              <text class="number red" x={right + 30} y={y + 22}>
                {state.printGradient(size)}
              </text>
            )}
            <text x={left - 42} y={y - 8}>
              <Time letter={state.letter} time="t−1" />
            </text>
          </g>
        )
      })}
    </svg>
  )
}
