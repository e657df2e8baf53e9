/**
 * The narrator: one sentence for whatever is selected. It stands at the foot of the page, is spoken by screen readers
 * when it has rested a moment, and is what a saved picture says in words.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { shellWords } from './words.ts'

/** A sweep over a picture makes sixty sentences a second; a voice says the last. */
const SPOKEN_AFTER_MS = 400

const sentence = signal('')
const spoken = signal('')

let timer: ReturnType<typeof setTimeout> | undefined
effect(() => {
  const next = sentence.value
  clearTimeout(timer)
  timer = setTimeout(() => {
    spoken.value = next
  }, SPOKEN_AFTER_MS)
})

/** What is being said. */
export const narrated: ReadonlySignal<string> = sentence

/** Says a sentence in place of the one before; one sentence, in the page's language. */
export function narrate(next: string): void {
  sentence.value = next
}

/** Says what a signal says, while the component is there. */
export function useNarrator(said: ReadonlySignal<string>): void {
  useEffect(() => {
    const stop = effect(() => narrate(said.value))
    return () => {
      stop()
      narrate('')
    }
  }, [said])
}

export function Narrator() {
  return (
    <footer class="narrator" data-silent={sentence.value === '' ? '' : undefined}>
      <span class="narrator-label" aria-hidden="true">
        {shellWords.value.narrator}
      </span>
      <p class="narrator-sentence" aria-hidden="true">
        {sentence}
      </p>
      <p class="only-heard" aria-live="polite" aria-atomic="true" data-test="spoken">
        {spoken}
      </p>
    </footer>
  )
}
