/** What the chapters share: the chapter that is open, whose numbers are shown, the text. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { type Selection, settled } from '../parts/selection.ts'
import { field, text, whole } from '../shell/address.ts'
import { language } from '../shell/language.ts'
import { model, type OpenModel } from '../shell/open-model.ts'
import { remote, StudioWorker } from '../worker/client.ts'
import type { Remote } from '../worker/protocol.ts'
import type { answers } from './answers.ts'
import type { HouseAsk, HouseFacts, HouseKind } from './compute/house.ts'

type Learner = Remote<typeof answers>

export const CHAPTERS = 9
/** From 1. */
export const chapter = field('chapter', whole(1))
export const unit = field('unit', whole(0))
const token = field('token', whole(0))
/** The equation that is looked at, from 1. */
export const line = field('line', whole(1))

export const selection: Selection = { token: settled(token), unit: settled(unit), stretch: signal(null) }

/** Has the open model. */
const open = remote<typeof answers>('learn')
let own: Learner | undefined

/** Has the models that are trained here, so that Read and Walk need not wait for a training. */
export function workshop(): Learner {
  own ??= new StudioWorker().remote<typeof answers>('learn')
  return own
}

export interface House {
  readonly facts: Signal<HouseFacts | null>
  /** Share of the training that is done. */
  readonly progress: Signal<number>
  readonly failure: Signal<string | null>
  isAsked: boolean
}

const houses = new Map<string, House>()

export function houseOf({ kind, tongue }: HouseAsk): House {
  const key = `${kind} ${tongue}`
  const known = houses.get(key)
  if (known) return known
  const fresh: House = { facts: signal(null), progress: signal(0), failure: signal(null), isAsked: false }
  houses.set(key, fresh)
  return fresh
}

export async function trainHouse(ask: HouseAsk): Promise<void> {
  const house = houseOf(ask)
  if (house.isAsked) return
  house.isAsked = true
  const onProgress = (share: unknown) => {
    house.progress.value = share as number
  }
  try {
    house.facts.value = await workshop().house(ask, { onProgress })
  } catch (error) {
    house.failure.value = error instanceof Error ? error.message : String(error)
  }
}

/** Whose numbers a piece shows. */
export interface Subject {
  /** Null: the open model. */
  readonly house: HouseAsk | null
  readonly opening: number
}

/** What a piece can show; what does not fit is shown with a model of the house. */
export type Wanted = 'any' | 'classifier' | 'language-model' | 'lstm'

const fits: Readonly<Record<Wanted, (open: OpenModel) => boolean>> = {
  any: ({ task }) => task !== 'word-vectors',
  classifier: ({ task }) => task === 'classifier',
  'language-model': ({ task }) => task === 'language-model',
  lstm: ({ task, cell }) => task !== 'word-vectors' && cell === 'lstm',
}

export const houseFor = (wanted: Wanted): HouseAsk => {
  const kind: HouseKind = wanted === 'language-model' ? wanted : 'classifier'
  return { kind, tongue: language.value }
}

/** Null while it is being trained. */
export function useSubject(wanted: Wanted): ReadonlySignal<Subject | null> {
  const subject = useMemo(
    () =>
      computed<Subject | null>(() => {
        const given = model.value
        if (given && fits[wanted](given)) return { house: null, opening: given.opening }
        const house = houseFor(wanted)
        return houseOf(house).facts.value ? { house, opening: 0 } : null
      }),
    [wanted],
  )
  const isMissing = subject.value === null
  const tongue = language.value
  useEffect(() => {
    if (isMissing) void trainHouse(houseFor(wanted))
  }, [isMissing, tongue, wanted])
  return subject
}

export const learner = ({ house }: Subject): Learner => (house ? workshop() : open)

/** Stands for: nobody has written anything. */
const UNWRITTEN = '\u0000'
const written = field('text', text(UNWRITTEN))

const HOUSE_TEXTS = {
  en: 'the soup was cold but the waiter was friendly',
  zh: '汤 很 冰冷 但是 服务员 很 热情',
} as const
const OPEN_TEXTS = { en: 'the food was good but the service was slow', zh: '菜很好吃，可是上菜太慢了。' } as const

export function textFor(subject: Subject | null): string {
  if (written.value !== UNWRITTEN) return written.value
  if (subject === null || subject.house) return HOUSE_TEXTS[language.value]
  return OPEN_TEXTS[model.value?.language.startsWith('zh') ? 'zh' : 'en']
}

export function writeText(next: string): void {
  written.set(next, 'settle')
  token.set(0, 'settle')
}
