/** The frame: head with views, model, language and colours; the open view; the narrator. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { address, addressOf } from './address.ts'
import { chooseLanguage, LANGUAGES, type Language, language } from './language.ts'
import { ModelChip, OpenPanel } from './model-panel.tsx'
import { Narrator } from './narrator.tsx'
import { model, modelOpening, openFile } from './open-model.ts'
import { chooseScheme, scheme } from './scheme.ts'
import { type View, views } from './views.ts'
import { shellWords } from './words.ts'

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' }

const openedView = (): View | undefined => views.find(({ name }) => name === address.value.view) ?? views[0]

export function App() {
  const view = openedView()
  const words = shellWords.value
  useEffect(() => {
    document.title = view ? `${view.title[language.value]} · ${words.title}` : words.title
  })
  return (
    <DropZone>
      <button type="button" class="skip" onClick={focusMain}>
        {words.skip}
      </button>
      <header class="head">
        <span class="wordmark">Sluice</span>
        <nav class="views" aria-label={words.views}>
          {views.map(({ name, title, about }) => (
            <a
              key={name}
              href={addressOf(name)}
              title={about[language.value]}
              aria-current={name === view?.name ? 'page' : undefined}
            >
              {title[language.value]}
            </a>
          ))}
        </nav>
        <ModelChip />
        <div class="toggles">
          <OtherLanguage />
          <OtherScheme />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <h1 class="only-heard">{view?.title[language.value]}</h1>
        {view && <Opened view={view} key={view.name} />}
      </main>
      <Narrator />
    </DropZone>
  )
}

/** No link, since the hash is the page's address. */
const focusMain = () => document.getElementById('main')?.focus()

function OtherLanguage() {
  const other = LANGUAGES.find(l => l !== language.value) as Language
  return (
    <button type="button" class="quiet" lang={other === 'zh' ? 'zh-Hans' : 'en'} onClick={() => chooseLanguage(other)}>
      {LANGUAGE_NAMES[other]}
    </button>
  )
}

function OtherScheme() {
  const words = shellWords.value
  const other = scheme.value === 'dark' ? 'light' : 'dark'
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`${words.scheme}: ${words[other]}`}
      onClick={() => chooseScheme(other)}
    >
      <span aria-hidden="true">{other === 'dark' ? '◐' : '◑'}</span> {words[other]}
    </button>
  )
}

function Opened({ view }: { view: View }) {
  const Page = useSignal<ComponentType | null>(null)
  useEffect(() => {
    void view.load().then(loaded => {
      Page.value = loaded.Page
    })
  }, [view])
  const fits = view.tasks === null || (model.value !== null && view.tasks.includes(model.value.task))
  if (!fits) return modelOpening.value === null ? <OpenPanel view={view} /> : null
  return Page.value && <Page.value />
}

/** A file dropped anywhere is opened. */
function DropZone({ children }: { children: preact.ComponentChildren }) {
  const isOver = useSignal(false)
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      isOver.value = true
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) isOver.value = false
    }
    const drop = (event: DragEvent) => {
      isOver.value = false
      const file = event.dataTransfer?.files[0]
      if (!file) return
      event.preventDefault()
      void openFile(file)
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
    }
  }, [])
  return (
    <>
      {children}
      {isOver.value && <div class="drop-here">{shellWords.value.dropHere}</div>}
    </>
  )
}
