/** The nearest words of one, and the answers to an analogy. */
import type { SimilarWord } from '../../src/models/word-vectors/word-list.ts'
import { ShareBar, signedNumber } from '../parts/share-bar.tsx'
import { visible } from '../parts/token-strip.tsx'
import type { Answered } from '../shell/answered.ts'
import { analogy, fields, similar } from './state.ts'
import { wordsWords } from './words.ts'

export function NeighboursPane() {
  const words = wordsWords.value
  return (
    <section class="words-pane" aria-label={words.neighbours}>
      <h2>{words.neighbours}</h2>
      <form class="words-ask" onSubmit={event => event.preventDefault()}>
        <Word label={words.word} test="word" field={fields.word} isLabelShown />
      </form>
      {fields.word.value === '' && <p class="faint">{words.none}</p>}
      <Found found={similar} test="neighbours" />
    </section>
  )
}

export function AnalogyPane() {
  const words = wordsWords.value
  return (
    <section class="words-pane" aria-label={words.analogy}>
      <h2>{words.analogy}</h2>
      <form class="words-ask" onSubmit={event => event.preventDefault()}>
        <Word label={words.first} test="a" field={fields.a} />
        <span>{words.isTo}</span>
        <Word label={words.second} test="b" field={fields.b} />
        <span>{words.as}</span>
        <Word label={words.third} test="c" field={fields.c} />
        <span>{words.isToWhat}</span>
      </form>
      <p class="faint small">{words.analogyAbout}</p>
      <Found found={analogy} test="analogy" />
    </section>
  )
}

interface WordProps {
  readonly label: string
  readonly test: string
  readonly field: { readonly value: string; set(value: string): void }
  readonly isLabelShown?: boolean
}

/** Taken when the person has written it: Enter, or going on. */
function Word({ label, test, field, isLabelShown = false }: WordProps) {
  return (
    <label>
      <span class={isLabelShown ? 'faint' : 'only-heard'}>{label}</span>
      <input
        type="text"
        data-test={test}
        value={field.value}
        placeholder={isLabelShown ? '' : label}
        onChange={event => field.set(event.currentTarget.value.trim())}
      />
    </label>
  )
}

function Found({ found, test }: { found: Answered<{ readonly near: readonly SimilarWord[] }>; test: string }) {
  if (found.failure.value !== null) {
    return (
      <p class="words-failure" role="alert" data-test={`${test}-failure`}>
        {found.failure.value}
      </p>
    )
  }
  if (found.answer.value === null) return null
  return (
    <ol class="words-found" data-test={`${test}-found`}>
      {found.answer.value.near.map(({ word, similarity }) => (
        <li key={word}>
          <button type="button" class="quiet" onClick={() => fields.word.set(word)}>
            {visible(word)}
          </button>
          <ShareBar share={similarity} label={signedNumber(similarity)} />
        </li>
      ))}
    </ol>
  )
}
