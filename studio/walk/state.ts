/** What the Walk view shows: its place in the address, and what the worker answers. */
import { computed, signal } from '@preact/signals'
import { definitionsOf } from '../../src/formula/definitions.ts'
import type { Change } from '../../src/inspect/interventions.ts'
import { cellGraph } from '../parts/diagram/cell-graph.ts'
import { drawingOf } from '../parts/diagram/routes.ts'
import { OF } from '../parts/of-units.ts'
import { inOrder } from '../parts/quantities.ts'
import { within } from '../parts/selection.ts'
import { choice, field, json, text, whole } from '../shell/address.ts'
import { answered } from '../shell/answered.ts'
import { model } from '../shell/open-model.ts'
import { remote } from '../worker/client.ts'
import type { WalkAnswer, WalkAsk, WalkLayer } from '../worker/stepper.ts'
import type { answers } from './answers.ts'

export const walker = remote<typeof answers>('walk')

/** Stands for: nobody has written anything. */
const UNWRITTEN = '\u0000'
const written = field('text', text(UNWRITTEN))

type Clamps = Readonly<Record<string, number>>
const isClamps = (value: unknown): value is Clamps =>
  typeof value === 'object' && value !== null && Object.values(value).every(x => typeof x === 'number')

export const FORMS = ['unrolled', 'rolled'] as const
export const WAYS = ['forward', 'back'] as const
export const SPEEDS = ['0.5', '1', '2', '4'] as const

export const fields = {
  token: field('token', whole(0)),
  /** The equation that is being computed, from 1; 0: all of the step is done. */
  line: field('line', whole(0)),
  unit: field('unit', whole(0)),
  of: field('of', choice(OF, 'unit')),
  /** Index among layers and directions. */
  layer: field('layer', whole(0)),
  clamps: field<Clamps>('clamps', json<Clamps>({}, isClamps)),
  form: field('form', choice(FORMS, 'unrolled')),
  way: field('way', choice(WAYS, 'forward')),
  speed: field('speed', choice(SPEEDS, '1')),
}

const FIRST_TEXTS: Readonly<Record<string, string>> = {
  classifier: 'the food was good but the service was slow',
  'language-model': 'She was the youngest of the two daughters',
}
const FIRST_TEXT_CHINESE = '菜很好吃，可是上菜太慢了。'

export const currentText = computed(() => {
  if (written.value !== UNWRITTEN) return written.value
  const open = model.value
  if (!open) return ''
  return open.language.startsWith('zh') ? FIRST_TEXT_CHINESE : FIRST_TEXTS[open.task]
})

export function writeText(next: string): void {
  written.set(next, 'settle')
  fields.token.set(0, 'settle')
  fields.line.set(0, 'settle')
}

/** Whether the view is open; another one must not pay for it. */
export const isOpen = signal(false)

export const changes = computed(() =>
  Object.entries(fields.clamps.value).map(([quantity, value]): Change => ({ kind: 'clamp', quantity, value })),
)

export const ask = computed<WalkAsk | null>(() => {
  const open = isOpen.value ? model.value : null
  if (open === null || (open.task !== 'classifier' && open.task !== 'language-model')) return null
  return { text: currentText.value, changes: changes.value, opening: open.opening }
})

const unchangedAsk = computed<WalkAsk | null>(() =>
  ask.value && changes.value.length > 0 ? { ...ask.value, changes: [] } : null,
)

export const walk = answered(ask, (asked, signal) => walker.walk(asked, { signal }))
/** The same text as the model reads it without the clamps. */
export const unchanged = answered(unchangedAsk, (asked, signal) => walker.walk(asked, { signal }))

export const layerAt = computed(() => within(fields.layer.value, walk.answer.value?.layers.length ?? 1))
export const layer = computed<WalkLayer | null>(() => walk.answer.value?.layers[layerAt.value] ?? null)
export const tokenAt = computed(() => within(fields.token.value, walk.answer.value?.tokens.length ?? 1))
export const unitAt = computed(() => within(fields.unit.value, layer.value?.hidden ?? 1))

const stepAsk = computed(() => {
  const [asked, answer] = [ask.value, walk.answer.value]
  return asked && answer && { ...asked, layer: layerAt.value, at: tokenAt.value }
})
export const step = answered(stepAsk, (asked, signal) => walker.step(asked, { signal }))

const cellKey = (answer: WalkAnswer | null) => answer && JSON.stringify(Object.keys(answer.cell.quantities))

/** The equations in the order in which they are computed. */
export const definitions = computed(() => {
  const answer = walk.answer.value
  if (!answer) return []
  return definitionsOf(
    answer.cell,
    inOrder([...Object.keys(answer.cell.quantities), ...Object.keys(answer.cell.state)]),
  )
})

export const graph = computed(() => {
  const answer = walk.answer.value
  return answer && cellGraph(answer.cell, answer.nodes, definitions.value)
})
export const drawing = computed(() => graph.value && drawingOf(graph.value))
export const shownCell = computed(() => cellKey(walk.answer.value))

/** Place of the equation that is shown as being computed; as many as there are: all are done. */
export const lineAt = computed(() => {
  const count = definitions.value.length
  return fields.line.value === 0 ? count : within(fields.line.value - 1, count)
})

export function clamp(quantity: string, value: number | null): void {
  const { [quantity]: _, ...others } = fields.clamps.peek()
  fields.clamps.set(value === null ? others : { ...others, [quantity]: value }, 'settle')
}

/**
 * One equation on or back, over the end of a step to its neighbour in the order in which the layer reads.
 *
 * @returns  Whether there is one.
 */
export function move(by: 1 | -1): boolean {
  const count = definitions.peek().length
  const length = walk.answer.peek()?.tokens.length ?? 0
  const next = lineAt.peek() + by
  if (next >= 0 && next < count) {
    fields.line.set(next + 1, 'settle')
    return true
  }
  const token = tokenAt.peek() + (layer.peek()?.direction === 'backward' ? -by : by)
  if (count === 0 || token < 0 || token >= length) return false
  fields.token.set(token, 'settle')
  fields.line.set(by === 1 ? 1 : count, 'settle')
  return true
}

/** Where a walk begins: at the first equation of this step; from the end of the text at its other end. */
export function begin(): void {
  const count = definitions.peek().length
  const isBack = fields.way.peek() === 'back'
  const end = (walk.answer.peek()?.tokens.length ?? 1) - 1
  const readsBackwards = layer.peek()?.direction === 'backward'
  const last = isBack === readsBackwards ? end : 0
  const edge = isBack ? 0 : count - 1
  const isAtEnd = tokenAt.peek() === last && (lineAt.peek() === edge || (lineAt.peek() === count && !isBack))
  if (isAtEnd) fields.token.set(end - last, 'settle')
  if (isAtEnd || fields.line.peek() === 0) fields.line.set(isBack ? count : 1, 'settle')
}
