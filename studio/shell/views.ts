/**
 * The views that there are: each folder beside this one that has a `view.ts`. A view's page is loaded when it is
 * opened.
 */
import type { ComponentType } from 'preact'
import type { Task } from '../worker/model-facts.ts'
import type { Language } from './language.ts'

export interface View {
  /** Its place in the address. */
  readonly name: 'read' | 'walk' | 'train' | 'words' | 'learn'
  readonly title: Readonly<Record<Language, string>>
  /** One clause, for its link. */
  readonly about: Readonly<Record<Language, string>>
  /** Kinds of model that it shows; null: it needs none, and is shown with and without one. */
  readonly tasks: readonly Task[] | null
  readonly load: () => Promise<{ readonly Page: ComponentType }>
}

const ORDER: readonly View['name'][] = ['read', 'walk', 'train', 'words', 'learn']

const found = import.meta.glob<{ readonly view: View }>('../*/view.ts', { eager: true })

export const views: readonly View[] = Object.values(found)
  .map(({ view }) => view)
  .sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name))
