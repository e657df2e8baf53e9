/** The map: a dot and a label a word, painted; labels give way to one another, the chosen word's to none. */
import { useEffect, useRef } from 'preact/hooks'
import { resolvedColour } from '../parts/resolved-colour.ts'
import { Surface } from '../parts/surface.tsx'
import { visible } from '../parts/token-strip.tsx'
import { scheme } from '../shell/scheme.ts'
import type { WordMap } from './answers.ts'
import { inDirection, nearestTo, PLAIN_RANK, placed, type Spot, spotsOf } from './map-layout.ts'
import { chosen, fields, four, neighbours, WHOLE, type Window, ZOOM_MOST } from './state.ts'
import { wordsWords } from './words.ts'

const HEIGHT = 560
const STEP = 1.5
/** Of a wheel's turn. */
const WHEEL = 0.002

export function WordMapPicture({ map }: { map: WordMap }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const spots = useRef<readonly Spot[]>([])
  const scale = useRef(1)
  const drag = useRef<{ x: number; y: number; window: Window; isMoved: boolean } | null>(null)
  const [word, near, of, seen, colours] = [
    chosen.value,
    neighbours.value,
    four.value,
    fields.window.value,
    scheme.value,
  ]
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const draw = () => {
      const laid = drawn(element, { map, seen, word, near, four: of })
      spots.current = laid.spots
      scale.current = laid.scale
    }
    draw()
    const observer = new ResizeObserver(draw)
    observer.observe(element)
    return () => observer.disconnect()
  }, [map, word, near, of, seen, colours])
  const look = (next: Window) => fields.window.set(within(next), 'settle')
  const select = (next: string) => fields.word.set(next, 'settle')
  const place = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const press = (event: PointerEvent) => {
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    drag.current = { ...place(event), window: seen, isMoved: false }
  }
  const move = (event: PointerEvent) => {
    const from = drag.current
    if (from === null) return
    const { x, y } = place(event)
    if (!from.isMoved && Math.hypot(x - from.x, y - from.y) < 4) return
    from.isMoved = true
    look({
      ...from.window,
      x: from.window.x - (x - from.x) / scale.current,
      y: from.window.y + (y - from.y) / scale.current,
    })
  }
  const release = (event: PointerEvent) => {
    const isClick = drag.current !== null && !drag.current.isMoved
    drag.current = null
    const spot = isClick ? nearestTo(spots.current, place(event)) : null
    if (spot) select(spot.word)
  }
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const zoom = { '+': STEP, '=': STEP, '-': 1 / STEP }[event.key]
    const direction = DIRECTIONS[event.key]
    if (zoom !== undefined) look({ ...seen, zoom: seen.zoom * zoom })
    else if (event.key === '0') look(WHOLE)
    else if (direction) {
      const next = inDirection(spots.current, word, direction)
      if (next) {
        select(next.word)
        if (next.isOutside) look({ ...seen, x: next.place[0], y: next.place[1] })
      }
    } else return
    event.preventDefault()
  }
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return // the page scrolls
    event.preventDefault()
    look({ ...seen, zoom: seen.zoom * Math.exp(-event.deltaY * WHEEL) })
  }
  return (
    <Surface
      class="words-map"
      label={wordsWords.value.mapLabel}
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={release}
      onKeyDown={key}
      onWheel={wheel}
    >
      <canvas ref={canvas} style={{ height: `${HEIGHT}px` }} data-test="map" />
    </Surface>
  )
}

export function ZoomButtons() {
  const words = wordsWords.value
  const look = (zoom: number) => fields.window.set(within({ ...fields.window.peek(), zoom }), 'settle')
  const { zoom } = fields.window.value
  return (
    <span class="words-zoom" data-not-saved>
      <button type="button" data-test="zoom-in" disabled={zoom >= ZOOM_MOST} onClick={() => look(zoom * STEP)}>
        {words.zoomIn}
      </button>
      <button type="button" data-test="zoom-out" disabled={zoom <= 1} onClick={() => look(zoom / STEP)}>
        {words.zoomOut}
      </button>
      <button type="button" data-test="zoom-all" onClick={() => fields.window.set(WHOLE)}>
        {words.whole}
      </button>
    </span>
  )
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The map cannot be pushed out of sight. */
function within({ zoom, x, y }: Window): Window {
  const edge = (n: number) => Math.min(1, Math.max(-1, n))
  return { zoom: Math.min(ZOOM_MOST, Math.max(1, zoom)), x: edge(x), y: edge(y) }
}

interface Drawn {
  readonly map: WordMap
  readonly seen: Window
  readonly word: string
  readonly near: ReadonlySet<string>
  readonly four: readonly string[]
}

function drawn(canvas: HTMLCanvasElement, { map, seen, word, near, four: of }: Drawn) {
  const [width, height] = [canvas.clientWidth, HEIGHT]
  const context = canvas.getContext('2d')
  const laid = spotsOf(map, { width, height, seen })
  const { spots } = laid
  if (context === null || width === 0) return laid
  const ratio = devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  context.scale(ratio, ratio)
  const colour = (name: string) => resolvedColour(canvas, name)
  const ink = {
    chosen: colour('--focus'),
    near: colour('--accent'),
    other: colour('--ink-soft'),
    dot: colour('--line-strong'),
  }
  const face = getComputedStyle(canvas).fontFamily
  const rank = (spot: Spot) =>
    spot.word === word ? 0 : of.includes(spot.word) ? 1 : near.has(spot.word) ? 2 : PLAIN_RANK
  const styled = spots
    .map(spot => ({ ...spot, rank: rank(spot) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(spot => ({ ...spot, label: visible(spot.word), font: `${FONTS[spot.rank]} ${face}` }))
  for (const { x, y, rank: r } of styled.toReversed()) {
    context.fillStyle = r === 0 ? ink.chosen : r < PLAIN_RANK ? ink.near : ink.dot
    context.beginPath()
    context.arc(x, y, r === 0 ? 5 : r < PLAIN_RANK ? 3.5 : 2, 0, 2 * Math.PI)
    context.fill()
  }
  if (of.length === 4) drawAnalogy(context, spots, of, ink.near)
  const measure = (label: string, font: string) => {
    context.font = font
    return context.measureText(label).width
  }
  // A rim of paper, so that a label is read on dots and lines.
  context.strokeStyle = colour('--paper-raised')
  context.lineWidth = 3
  context.lineJoin = 'round'
  for (const { label, font, x, y, rank: r } of placed(styled, measure, { width, height })) {
    context.font = font
    context.fillStyle = r === 0 ? ink.chosen : r < PLAIN_RANK ? ink.near : ink.other
    context.strokeText(label, x, y)
    context.fillText(label, x, y)
  }
  return laid
}

const FONTS = ['700 16px', '700 14px', '600 14px', '400 12.5px']

const ARROW = 11
const ARROW_ANGLE = 0.4

/** Two arrows: what a has to b, c has to d. */
function drawAnalogy(
  context: CanvasRenderingContext2D,
  spots: readonly Spot[],
  of: readonly string[],
  ink: string,
): void {
  const [a, b, c, d] = of.map(word => spots.find(spot => spot.word === word))
  context.strokeStyle = ink
  context.lineWidth = 1.5
  for (const [from, to] of [
    [a, b],
    [c, d],
  ]) {
    if (!from || !to) continue
    context.beginPath()
    context.moveTo(from.x, from.y)
    context.lineTo(to.x, to.y)
    for (const side of [-1, 1]) {
      const angle = Math.atan2(from.y - to.y, from.x - to.x) + side * ARROW_ANGLE
      context.moveTo(to.x, to.y)
      context.lineTo(to.x + ARROW * Math.cos(angle), to.y + ARROW * Math.sin(angle))
    }
    context.stroke()
  }
}
