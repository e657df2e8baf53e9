/** The Learn view: nine chapters, each with pieces that compute. */
import type { ComponentType } from 'preact'
import { within } from '../parts/selection.ts'
import { addressOf } from '../shell/address.ts'
import { type Language, language } from '../shell/language.ts'
import { chapter1 } from './chapters/01-in-and-out.tsx'
import { chapter2 } from './chapters/02-the-loop.tsx'
import { chapter3 } from './chapters/03-forward-and-back.tsx'
import { chapter4 } from './chapters/04-two-tasks.tsx'
import { chapter5 } from './chapters/05-fading.tsx'
import { chapter6 } from './chapters/06-a-gate.tsx'
import { chapter7 } from './chapters/07-six-lines.tsx'
import { chapter8 } from './chapters/08-other-functions.tsx'
import { chapter9 } from './chapters/09-a-file.tsx'
import './learn.css'
import { chapter } from './state.ts'
import { learnWords } from './words.ts'

export interface Chapter {
  readonly title: Readonly<Record<Language, string>>
  readonly Body: ComponentType
}

const chapters: readonly Chapter[] = [
  chapter1,
  chapter2,
  chapter3,
  chapter4,
  chapter5,
  chapter6,
  chapter7,
  chapter8,
  chapter9,
]

export function Page() {
  const words = learnWords.value
  const at = within(chapter.value - 1, chapters.length)
  const { title, Body } = chapters[at]
  const link = (k: number) => addressOf('learn', { chapter: String(k + 1) })
  return (
    <div class="learn">
      <nav class="contents" aria-label={words.chapters}>
        <ol>
          {chapters.map(({ title }, k) => (
            <li key={title.en}>
              <a href={link(k)} aria-current={k === at ? 'page' : undefined}>
                {title[language.value]}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <article>
        <p class="chapter-number">{words.chapter(at + 1)}</p>
        <h1>{title[language.value]}</h1>
        <Body key={at} />
        <nav class="neighbours" aria-label={`${words.before}, ${words.next}`}>
          {at > 0 && (
            <a href={link(at - 1)} rel="prev">
              ← {chapters[at - 1].title[language.value]}
            </a>
          )}
          {at < chapters.length - 1 && (
            <a href={link(at + 1)} rel="next" class="next">
              {chapters[at + 1].title[language.value]} →
            </a>
          )}
        </nav>
      </article>
    </div>
  )
}
