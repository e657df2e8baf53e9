/**
 * The page's two languages. A dictionary is written twice, in English and in Chinese, with one type: a sentence that is
 * missing in one of them does not compile.
 *
 *     const words = dictionary({ unit: (n: number) => `unit ${n}` }, { unit: n => `单元 ${n}` })
 *     words.value.unit(3)
 */
import { computed, effect, type ReadonlySignal } from '@preact/signals'
import { field } from './address.ts'
import { remembered } from './remembered.ts'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const chosen = field<Language | null>('lang', {
  initial: null,
  read: t => LANGUAGES.find(l => l === t),
  print: l => l ?? '',
})
const memory = remembered('language')

const ofBrowser: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'

/** The language of the page: that of the address, else the one last chosen, else the browser's. */
export const language: ReadonlySignal<Language> = computed(
  () => chosen.value ?? LANGUAGES.find(l => l === memory.read()) ?? ofBrowser,
)

export function chooseLanguage(next: Language): void {
  memory.write(next)
  chosen.set(next)
}

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-Hans' : 'en'
})

/** Follows the page's language. */
export function dictionary<T extends object>(en: T, zh: NoInfer<T>): ReadonlySignal<T> {
  return computed(() => (language.value === 'zh' ? zh : en))
}
