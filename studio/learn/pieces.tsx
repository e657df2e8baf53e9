/** What several chapters are put together from. */
import type { ReadonlySignal } from '@preact/signals'
import { computed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Definition } from '../../src/formula/definitions.ts'
import { definitionsOf } from '../../src/formula/definitions.ts'
import type { Board } from '../parts/formula/numbered.ts'
import { inOrder } from '../parts/quantities.ts'
import { within } from '../parts/selection.ts'
import { percent } from '../parts/share-bar.tsx'
import { type Answered, useAnswered } from '../shell/answered.ts'
import { model } from '../shell/open-model.ts'
import type { WalkAnswer, WalkStep } from '../worker/stepper.ts'
import { houseFor, houseOf, learner, type Subject, selection, textFor, type Wanted, writeText } from './state.ts'
import { learnWords } from './words.ts'

/** A live piece: a frame with a heading of its own. */
export function Piece({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="piece" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** Whose numbers these are; while a model of the house is being trained, how far it is. */
export function ModelNote({ wanted, subject }: { wanted: Wanted; subject: Subject | null }) {
  const words = learnWords.value
  if (subject && !subject.house) return <p class="note">{words.ofOpen(model.value?.name ?? '')}</p>
  const { facts, progress, failure } = houseOf(houseFor(wanted))
  if (failure.value !== null) {
    return (
      <p class="failure" role="alert">
        {failure}
      </p>
    )
  }
  if (!facts.value) {
    return (
      <p class="note">
        <label>
          {words.training} <progress max={1} value={progress.value} />
        </label>
      </p>
    )
  }
  const { cell, hidden, parameters, sentences, accuracy } = facts.value
  const told = words.ofHouse({ cell, hidden, parameters: parameters.toLocaleString('en'), sentences })
  return <p class="note">{accuracy === null ? told : `${told} ${words.accuracy(percent(accuracy))}`}</p>
}

export function TextField({ subject }: { subject: Subject | null }) {
  const words = learnWords.value
  return (
    <label class="text-field">
      <span class="faint">{words.text}</span>
      <input
        type="text"
        data-test="text"
        value={textFor(subject)}
        onInput={event => writeText(event.currentTarget.value)}
      />
    </label>
  )
}

/** A text as the subject's layers read it. */
export function useWalk(subject: ReadonlySignal<Subject | null>): Answered<WalkAnswer> {
  const question = useMemo(
    () =>
      computed(() => {
        const of = subject.value
        return of && { ...of, text: textFor(of), changes: [] }
      }),
    [subject],
  )
  return useAnswered(question, (asked, signal) => learner(asked).walk(asked, { signal }))
}

/** The selected step of its first layer. */
export function useStep(subject: ReadonlySignal<Subject | null>, walk: Answered<WalkAnswer>): Answered<WalkStep> {
  const question = useMemo(
    () =>
      computed(() => {
        const [of, answer] = [subject.value, walk.answer.value]
        const at = within(selection.token.value, answer?.tokens.length ?? 1)
        return of && answer && { ...of, text: textFor(of), changes: [], layer: 0, at }
      }),
    [subject, walk],
  )
  return useAnswered(question, (asked, signal) => learner(asked).step(asked, { signal }))
}

export interface OrderedBoard extends Board {
  readonly definitions: readonly Definition[]
}

export function boardOf({ cell, nodes }: WalkAnswer): OrderedBoard {
  const names = [...Object.keys(cell.quantities), ...Object.keys(cell.state)]
  return { cell, nodes, definitions: definitionsOf(cell, inOrder(names)) }
}

export interface SliderProps {
  readonly label: string
  readonly value: number
  readonly least: number
  readonly most: number
  readonly by: number
  readonly test: string
  readonly format?: (value: number) => string
  readonly onInput: (value: number) => void
}

export function Slider({ label, value, least, most, by, test, format = String, onInput }: SliderProps) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={by}
        value={value}
        aria-valuetext={format(value)}
        data-test={test}
        onInput={event => onInput(event.currentTarget.valueAsNumber)}
      />
      <output>{format(value)}</output>
    </label>
  )
}
