/** Light or dark: that of the address, else the one last chosen, else the system's. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { field } from './address.ts'
import { remembered } from './remembered.ts'

export const SCHEMES = ['light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

const chosen = field<Scheme | null>('scheme', {
  initial: null,
  read: t => SCHEMES.find(s => s === t),
  print: s => s ?? '',
})
const memory = remembered('scheme')

const query = matchMedia('(prefers-color-scheme: dark)')
const ofSystem = signal<Scheme>(query.matches ? 'dark' : 'light')
query.addEventListener('change', () => {
  ofSystem.value = query.matches ? 'dark' : 'light'
})

/** Canvases follow this; everything else follows `light-dark()` in the style sheets. */
export const scheme: ReadonlySignal<Scheme> = computed(
  () => chosen.value ?? SCHEMES.find(s => s === memory.read()) ?? ofSystem.value,
)

export function chooseScheme(next: Scheme): void {
  memory.write(next)
  chosen.set(next)
}

effect(() => {
  document.documentElement.style.colorScheme = scheme.value
})
