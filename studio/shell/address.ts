/**
 * The address of what is shown, in the URL's hash: `#/read?text=…&unit=12`. The address is the page's state; what has
 * no place in it is not restored by the back button, a bookmark or a link.
 *
 * A change is a step, which the back button undoes, or it settles: a sweep over a picture changes the address many
 * times a second, and browsers refuse to be told each time, so the URL follows when the hand rests.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals'

export interface Address {
  /** Empty: the first view. */
  readonly view: string
  readonly fields: Readonly<Record<string, string>>
}

/** These stay when another view is opened. */
const SHARED_FIELDS = ['model', 'text', 'lang', 'scheme']
const SETTLED_AFTER_MS = 300

export function readAddress(hash: string): Address {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  return { view: decoded(path), fields: Object.fromEntries(new URLSearchParams(query)) }
}

/** @returns  `#/view?…`; fields in the order of their names, so that one state has one address. */
export function printAddress({ view, fields }: Address): string {
  const query = new URLSearchParams(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))).toString()
  return `#/${encodeURIComponent(view)}${query === '' ? '' : `?${query}`}`
}

/** A link somebody has cut short must not break the page. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

const current = signal<Address>(readAddress(location.hash))

/** What is shown now. */
export const address: ReadonlySignal<Address> = current

export type Change = 'step' | 'settle'

let timer: ReturnType<typeof setTimeout> | undefined

/** Changes fields; `null` takes one away. */
export function changeAddress(fields: Readonly<Record<string, string | null>>, how: Change): void {
  const { view, fields: before } = current.peek()
  if (Object.entries(fields).every(([name, value]) => (before[name] ?? null) === value)) return
  const kept = Object.entries({ ...before, ...fields }).filter((entry): entry is [string, string] => entry[1] !== null)
  const next = { view, fields: Object.fromEntries(kept) }
  show(next, how)
}

/** The address of a view, with what it shares with the one that is open. */
export function addressOf(view: string, fields: Readonly<Record<string, string>> = {}): string {
  const shared = Object.entries(current.value.fields).filter(([name]) => SHARED_FIELDS.includes(name))
  return printAddress({ view, fields: { ...Object.fromEntries(shared), ...fields } })
}

/** Opens a view, as its link does. */
export function openView(view: string, fields: Readonly<Record<string, string>> = {}): void {
  show(readAddress(addressOf(view, fields)), 'step')
}

function show(next: Address, how: Change): void {
  if (how === 'step') {
    settle()
    history.pushState(null, '', printAddress(next))
  }
  current.value = next
  if (how === 'step') return
  clearTimeout(timer)
  timer = setTimeout(settle, SETTLED_AFTER_MS)
}

/** Brings the URL up to what is shown. */
function settle(): void {
  clearTimeout(timer)
  const hash = printAddress(current.peek())
  if (hash !== location.hash) history.replaceState(null, '', hash)
}

function followUrl(): void {
  clearTimeout(timer)
  current.value = readAddress(location.hash)
}

addEventListener('popstate', followUrl)
addEventListener('hashchange', followUrl)
addEventListener('pagehide', settle)

/** How a value is written in an address. */
export interface Codec<T> {
  /** What nobody has written yet; not written either. */
  readonly initial: T
  /** `undefined`: not a value, which then is the initial one. */
  readonly read: (text: string) => T | undefined
  readonly print: (value: T) => string
}

/** A field of the address as a value. */
export interface Field<T> {
  /** Reading it in a component or an effect follows it. */
  readonly value: T
  peek(): T
  set(value: T, how?: Change): void
}

/**
 * A typed field of the address, shared by everybody who names it.
 *
 *     const unit = field('unit', whole(0))
 *     unit.value            // 0
 *     unit.set(12)          // the address says unit=12
 */
export function field<T>(name: string, codec: Codec<T>): Field<T> {
  const written = computed(() => current.value.fields[name])
  const value = computed(() => {
    const text = written.value
    return text === undefined ? codec.initial : (codec.read(text) ?? codec.initial)
  })
  return {
    get value() {
      return value.value
    },
    peek: () => value.peek(),
    set(next, how = 'step') {
      const text = codec.print(next)
      changeAddress({ [name]: text === codec.print(codec.initial) ? null : text }, how)
    },
  }
}

export const text = (initial: string): Codec<string> => ({ initial, read: t => t, print: t => t })

export const whole = (initial: number): Codec<number> => ({
  initial,
  read: t => (/^\d{1,9}$/.test(t) ? Number(t) : undefined),
  print: String,
})

export const choice = <T extends string>(choices: readonly T[], initial: T): Codec<T> => ({
  initial,
  read: t => choices.find(c => c === t),
  print: t => t,
})

/** Plain data as JSON, checked by the caller. */
export const json = <T>(initial: T, isValid: (value: unknown) => value is T): Codec<T> => ({
  initial,
  read(t) {
    try {
      const value: unknown = JSON.parse(t)
      return isValid(value) ? value : undefined
    } catch {
      return undefined
    }
  },
  print: value => JSON.stringify(value),
})
