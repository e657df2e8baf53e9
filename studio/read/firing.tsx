/** Where else the selected unit fires, over texts of the studio or of a file. */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Firing } from '../../src/inspect/report.ts'
import { largestMagnitude } from '../parts/colours.ts'
import { quantityName, scaleOf } from '../parts/quantities.ts'
import { percent } from '../parts/share-bar.tsx'
import { useAnswered } from '../shell/answered.ts'
import { FileButton } from '../shell/model-panel.tsx'
import { droppedData, model, textLanguage } from '../shell/open-model.ts'
import type { FiringAsk } from './answers.ts'
import { chosenQuantity } from './colouring.ts'
import { readout } from './readout.ts'
import { before, fields, layerOf, reader, unitAt } from './state.ts'
import { readWords } from './words.ts'

const DATA_FILES = '.csv,.tsv,.jsonl,.txt,.gz'

export function FiringPane() {
  const words = readWords.value
  const file = useSignal<File | null>(null)
  const isAsked = useSignal(false)
  const progress = useSignal(0)
  useEffect(() => {
    if (!droppedData.value) return
    file.value = droppedData.value
    isAsked.value = true
  }, [droppedData.value])
  const question = useComputed((): (FiringAsk & { size: number | null }) | null => {
    if (!isAsked.value || !model.value || !before.answer.value) return null
    return {
      opening: model.value.opening,
      layer: Math.min(fields.layer.value, before.answer.value.layers.length - 1),
      unit: unitAt.value,
      quantity: chosenQuantity.value,
      file: file.value,
      size: file.value?.size ?? null, // tells one file from another, since a question is compared as JSON
    }
  })
  const found = useAnswered(question, (asked, signal) => {
    const onProgress = (done: unknown) => {
      progress.value = Number(done)
    }
    return reader.firing({ ...asked, file: file.peek() }, { signal, onProgress })
  })
  const look = (chosen: File | null) => {
    file.value = chosen
    isAsked.value = true
  }
  const firing = found.answer.value
  return (
    <section class="pane" aria-label={words.firing}>
      <h2>{words.firing}</h2>
      <p class="faint small">{words.firingAbout(unitAt.value, quantityName(chosenQuantity.value))}</p>
      <p class="buttons" data-not-saved>
        <button type="button" data-test="firing" onClick={() => look(null)}>
          {words.search}
        </button>
        <FileButton quiet label={words.searchFile} accept={DATA_FILES} onFile={look} />
      </p>
      {found.failure.value && (
        <p class="failure" role="alert">
          {found.failure.value}
        </p>
      )}
      {found.isBusy.value && (
        <p class="faint" aria-live="polite">
          {words.busy} {percent(progress.value)}
        </p>
      )}
      {firing && <Places firing={firing} />}
    </section>
  )
}

function Places({ firing }: { firing: Firing }) {
  const words = readWords.value
  const values = layerOf(before.answer.value)?.quantities[firing.quantity]?.values ?? []
  const scale = scaleOf(firing.quantity, values)
  const most = largestMagnitude(firing.places.map(({ value }) => value))
  return (
    <>
      <ol class="places" data-test="places">
        {firing.places.map(({ text, index, value, token, before: left, after: right }) => (
          <li key={`${text} ${index}`}>
            <span class="place-value" data-negative={value < 0 ? '' : undefined}>
              {readout(value, scale)}
              <i
                class="place-bar"
                aria-hidden="true"
                style={{ transform: `scaleX(${Math.abs(value / most).toFixed(3)})` }}
              />
            </span>
            <span class="place-text" lang={textLanguage.value}>
              {left.slice(-4).join(' ')} <mark>{token}</mark> {right.slice(0, 4).join(' ')}
            </span>
          </li>
        ))}
      </ol>
      <p class="faint small">{words.searched(firing.tokens.toLocaleString('en'))}</p>
    </>
  )
}
