/**
 * A text, a token a cell. Each cell is coloured by a number, and a bar at its foot has the number's height, so that it
 * is not told by colour alone. The whole strip is one surface for the keyboard; moving the selection touches two cells.
 */
import { effect } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { type Scheme, scheme } from '../shell/scheme.ts'
import { colourBehindText, colourOf, type Scale } from './colours.ts'
import { moveByKey, type Selection } from './selection.ts'
import { Surface } from './surface.tsx'

export interface TokenStripProps {
  readonly tokens: readonly string[]
  /** BCP 47, of the text. */
  readonly lang?: string | undefined
  /** [T]; null: no colour. */
  readonly values: ArrayLike<number> | null
  readonly scale: Scale
  readonly selection: Selection
  /** What it shows, for who does not see it. */
  readonly label: string
  /** Places of tokens that the model does not know; they are dotted under. */
  readonly unknown?: readonly number[]
  /** Places of tokens that were changed. */
  readonly changed?: readonly number[]
  /** A small word under each token, as its percentage. */
  readonly note?: ((token: number) => string) | undefined
  /** Enter, or a double click, on a token. */
  readonly onOpen?: (token: number) => void
}

export function TokenStrip(props: TokenStripProps) {
  const { tokens, lang, values, scale, selection, label, unknown = [], changed = [], note, onOpen } = props
  const strip = useRef<HTMLDivElement>(null)
  const colours = scheme.value
  // The same elements as long as the words are the same: of a thousand tokens none is looked at again.
  const places = `${unknown.join()};${changed.join()}`
  const cells = useMemo(
    () =>
      tokens.map((token, t) => (
        <Cell key={t} t={t} token={token} isUnknown={unknown.includes(t)} isChanged={changed.includes(t)} />
      )),
    [tokens, places],
  )
  useLayoutEffect(() => {
    if (strip.current) dress(strip.current, { values, scale, note }, colours)
  }, [values, scale, note, colours, cells])
  useEffect(() => {
    let marked: Element | undefined
    return effect(() => {
      const at = selection.token.value
      const band = selection.stretch.value
      marked?.removeAttribute('data-selected')
      marked = strip.current?.children[at]
      marked?.setAttribute('data-selected', '')
      markStretch(strip.current, band)
    })
  }, [selection, tokens])
  const tokenAt = (event: Event) => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-t]')
    return cell ? Number(cell.dataset.t) : null
  }
  const select = (event: Event) => {
    const at = tokenAt(event)
    if (at !== null) selection.token.value = at
  }
  const key = (event: KeyboardEvent) => {
    if (moveByKey(event, selection, { tokens: tokens.length, units: 0 })) return
    if (event.key !== 'Enter' || !onOpen) return
    event.preventDefault()
    onOpen(selection.token.value)
  }
  return (
    <Surface
      surface={strip}
      class="token-strip"
      lang={lang}
      label={label}
      onPointerMove={event => event.pointerType === 'mouse' && select(event)}
      onPointerDown={select}
      onDblClick={event => {
        const at = tokenAt(event)
        if (at !== null) onOpen?.(at)
      }}
      onKeyDown={key}
    >
      {cells}
    </Surface>
  )
}

interface CellProps {
  readonly t: number
  readonly token: string
  readonly isUnknown: boolean
  readonly isChanged: boolean
}

const Cell = ({ t, token, isUnknown, isChanged }: CellProps) => (
  <span class="token" data-t={t} data-unknown={isUnknown ? '' : undefined} data-changed={isChanged ? '' : undefined}>
    <b>{visible(token)}</b>
    <small />
    <i />
  </span>
)

type Dressing = Pick<TokenStripProps, 'values' | 'scale' | 'note'>

/** Gives every cell its colour, bar and note. Past the components, since a sweep over units does it at each move. */
function dress(strip: HTMLElement, { values, scale, note }: Dressing, colours: Scheme): void {
  for (let t = 0; t < strip.children.length; t++) {
    const cell = strip.children[t] as HTMLElement
    const [, small, bar] = cell.children as unknown as HTMLElement[]
    const words = note?.(t) ?? ''
    if (small.textContent !== words) small.textContent = words
    cell.style.backgroundColor = values ? colourBehindText(values[t], scale, colours) : ''
    bar.style.backgroundColor = values ? colourOf(values[t], scale, colours) : ''
    bar.style.transform = `scaleY(${values ? barShare(values[t], scale).toFixed(3) : 0})`
  }
}

const barShare = (value: number, { limit }: Scale): number => Math.min(1, Math.abs(value) / (limit || 1))

/** White space and control characters as signs that can be seen. */
export const visible = (token: string): string =>
  token === ' '
    ? '␣'
    : token
        .replace(/\n/g, '⏎')
        .replace(/\t/g, '⇥')
        .replace(/\p{Cc}/gu, '·')

function markStretch(strip: HTMLElement | null, band: { from: number; to: number } | null): void {
  if (strip === null) return
  for (const cell of strip.querySelectorAll('[data-within]')) cell.removeAttribute('data-within')
  if (band === null) return
  for (let t = band.from; t <= band.to; t++) strip.children[t]?.setAttribute('data-within', '')
}
