/**
 * A heat map: a column a token, a row a unit. The numbers are painted once, a pixel a cell, by `putImageData`; the
 * cross-hair and the stretch lie over it and are moved by style alone.
 */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { scheme } from '../shell/scheme.ts'
import { colourTable, type Scale } from './colours.ts'
import { type Extent, moveByKey, type Selection, stretchOf, within } from './selection.ts'
import { Surface } from './surface.tsx'

export interface HeatMapProps {
  /** [tokens][units], flat: unit u of token t at t · units + u. */
  readonly values: ArrayLike<number>
  readonly tokens: number
  readonly units: number
  readonly scale: Scale
  readonly selection: Selection
  /** What it shows, for who does not see it. */
  readonly label: string
  /** In CSS pixels. */
  readonly height: number
  /** Row r shows unit `order[r]`. @default their own order */
  readonly order?: ArrayLike<number>
}

/** Paints the numbers. @returns  The picture, [units, tokens] pixels. */
export function paint({ values, tokens, units, scale, order }: HeatMapProps, table: Uint32Array): ImageData {
  const image = new ImageData(tokens, units)
  const pixels = new Uint32Array(image.data.buffer)
  const last = table.length - 1
  const isSigned = scale.kind === 'signed'
  const factor = (scale.limit > 0 ? last / scale.limit : 0) * (isSigned ? 0.5 : 1)
  const zero = (isSigned ? last / 2 : 0) + 0.5 // rounds
  for (let row = 0; row < units; row++) {
    const unit = order ? order[row] : row
    const begin = row * tokens
    for (let t = 0; t < tokens; t++) {
      const place = values[t * units + unit] * factor + zero
      pixels[begin + t] = table[place < 0 ? 0 : place > last ? last : place | 0]
    }
  }
  return image
}

export function HeatMap(props: HeatMapProps) {
  const { tokens, units, selection, label, height, order } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLDivElement>(null)
  const table = colourTable(props.scale.kind, scheme.value)
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(paint(props, table), 0, 0)
  }, [props.values, props.scale, tokens, units, order, table])
  useEffect(
    () => effect(() => place(over.current, selection, { tokens, units }, order)),
    [selection, tokens, units, order],
  )
  const dragFrom = useRef<number | null>(null)
  const select = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const token = within(Math.floor(((event.clientX - box.left) / box.width) * tokens), tokens)
    const row = within(Math.floor(((event.clientY - box.top) / box.height) * units), units)
    selection.token.value = token
    selection.unit.value = order ? order[row] : row
    if (dragFrom.current !== null && dragFrom.current !== token) {
      selection.stretch.value = stretchOf(dragFrom.current, token)
    }
    return token
  }
  const press = (event: PointerEvent) => {
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    selection.stretch.value = null
    dragFrom.current = select(event)
  }
  const release = () => {
    dragFrom.current = null
  }
  const key = (event: KeyboardEvent) => moveByKey(event, alongRows(selection, order), { tokens, units })
  return (
    <Surface
      class="heat-map"
      label={label}
      style={{ height: `${height}px` }}
      data-dense={units > height ? '' : undefined}
      onPointerMove={select}
      onPointerDown={press}
      onPointerUp={release}
      onKeyDown={key}
    >
      <canvas ref={canvas} width={tokens} height={units} />
      <div ref={over} class="over" aria-hidden="true">
        <i class="stretch" />
        <i class="column" />
        <i class="row" />
      </div>
    </Surface>
  )
}

/** Up and down go through the rows as they are shown. */
function alongRows(selection: Selection, order: ArrayLike<number> | undefined): Selection {
  if (!order) return selection
  const rows = Array.from(order)
  const unit = {
    get value() {
      return rows.indexOf(selection.unit.value)
    },
    set value(row: number) {
      selection.unit.value = rows[row]
    },
  }
  return { ...selection, unit }
}

/** Puts the cross-hair where the selection is. */
function place(
  over: HTMLDivElement | null,
  { token, unit, stretch }: Selection,
  { tokens, units }: Extent,
  order: ArrayLike<number> | undefined,
): void {
  const at = token.value
  const selected = unit.value
  const band = stretch.value
  if (over === null) return
  const [bandMark, column, row] = over.children as unknown as HTMLElement[]
  move(column, 'left', at / tokens, 'width', 1 / tokens)
  const index = order ? Array.prototype.indexOf.call(order, selected) : selected
  move(row, 'top', index / units, 'height', 1 / units)
  bandMark.hidden = band === null
  if (band) move(bandMark, 'left', band.from / tokens, 'width', (band.to - band.from + 1) / tokens)
}

function move(mark: HTMLElement, start: 'left' | 'top', at: number, extent: 'width' | 'height', size: number): void {
  mark.style[start] = `${100 * at}%`
  mark.style[extent] = `${100 * size}%`
}
