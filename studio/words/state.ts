/** What the Words view shows: its place in the address, and what the worker answers. */
import { computed, signal } from '@preact/signals'
import { type Codec, field, text } from '../shell/address.ts'
import { answered } from '../shell/answered.ts'
import { model } from '../shell/open-model.ts'
import { remote } from '../worker/client.ts'
import type { answers, OfModel } from './answers.ts'

const worker = remote<typeof answers>('words')

export const COUNTS = [100, 200, 500, 1000] as const

const count: Codec<number> = {
  initial: 200,
  read: t => COUNTS.find(n => String(n) === t),
  print: String,
}

/** What of the map is seen: zoom, and what is in the middle, in units of half the map. */
export interface Window {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

export const WHOLE: Window = { zoom: 1, x: 0, y: 0 }

const window: Codec<Window> = {
  initial: WHOLE,
  read(t) {
    const [zoom, x, y, ...more] = t.split(',').map(Number)
    const isWindow = more.length === 0 && [zoom, x, y].every(Number.isFinite) && zoom >= 1 && zoom <= ZOOM_MOST
    return isWindow ? { zoom, x, y } : undefined
  },
  print: ({ zoom, x, y }) => [zoom, x, y].map(n => Number(n.toFixed(3))).join(','),
}

export const ZOOM_MOST = 40

export const fields = {
  count: field('count', count),
  word: field('word', text('')),
  window: field('window', window),
  a: field('a', text('')),
  b: field('b', text('')),
  c: field('c', text('')),
}

/** Whether the view is open; another one must not pay for it. */
export const isOpen = signal(false)

const ofModel = computed<OfModel | null>(() => {
  const open = isOpen.value ? model.value : null
  return open && { opening: open.opening, task: open.task }
})

export const similar = answered(
  computed(() => (ofModel.value && fields.word.value !== '' ? { ...ofModel.value, word: fields.word.value } : null)),
  (ask, cancel) => worker.similar(ask, { signal: cancel }),
)

export const analogy = answered(
  computed(() => {
    const [a, b, c] = [fields.a.value, fields.b.value, fields.c.value]
    return ofModel.value && a !== '' && b !== '' && c !== '' ? { ...ofModel.value, a, b, c } : null
  }),
  (ask, cancel) => worker.analogy(ask, { signal: cancel }),
)

/** The chosen word as the vectors have it; empty: none is chosen. */
export const chosen = computed(() => similar.answer.value?.word ?? '')

export const neighbours = computed(() => new Set((similar.answer.value?.near ?? []).map(({ word }) => word)))

/** The four of an analogy that has been answered. */
export const four = computed(() => {
  const answer = analogy.answer.value
  return answer && answer.near.length > 0 ? [...answer.of, answer.near[0].word] : []
})

/** Words that are to be on the map however rare they are. */
const marked = computed(() => [chosen.value, ...neighbours.value, ...four.value].filter(word => word !== ''))

export const map = answered(
  computed(() => ofModel.value && { ...ofModel.value, count: fields.count.value, also: marked.value }),
  (ask, cancel) => worker.map(ask, { signal: cancel }),
)
