/**
 * What the worker answers to a question that changes. The answer before stays until the new one is there, so that a
 * picture does not vanish between two letters; of questions that follow one another fast, the last is answered.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'

export interface Answered<A> {
  /** The last answer; null: there is none yet, or nothing is asked. */
  readonly answer: ReadonlySignal<A | null>
  /** Why there is no newer one, in the library's words. */
  readonly failure: ReadonlySignal<string | null>
  readonly isBusy: ReadonlySignal<boolean>
}

/** @param question  A signal of plain data; null: nothing is asked. Equal questions are asked once. */
export function answered<Q, A>(
  question: ReadonlySignal<Q | null>,
  ask: (question: Q, signal: AbortSignal) => Promise<A>,
): Answered<A> & { stop(): void } {
  const answer = signal<A | null>(null)
  const failure = signal<string | null>(null)
  const isBusy = signal(false)
  let controller = new AbortController()
  let before: string | undefined
  const stopFollowing = effect(() => {
    const asked = question.value
    const key = JSON.stringify(asked)
    if (key === before) return
    before = key
    controller.abort()
    controller = new AbortController()
    if (asked === null) {
      answer.value = null
      failure.value = null
      isBusy.value = false
    } else void answerTo(asked, controller.signal)
  })
  async function answerTo(asked: Q, cancel: AbortSignal): Promise<void> {
    isBusy.value = true
    try {
      const given = await ask(asked, cancel)
      if (cancel.aborted) return
      answer.value = given
      failure.value = null
    } catch (error) {
      if (cancel.aborted) return
      failure.value = error instanceof Error ? error.message : String(error)
    }
    isBusy.value = false
  }
  return {
    answer,
    failure,
    isBusy,
    stop() {
      stopFollowing()
      controller.abort()
    },
  }
}

/** The same for as long as a component is there. */
export function useAnswered<Q, A>(
  question: ReadonlySignal<Q | null>,
  ask: (question: Q, signal: AbortSignal) => Promise<A>,
): Answered<A> {
  const made = useMemo(() => answered(question, ask), [question])
  useEffect(() => () => made.stop(), [made])
  return made
}
