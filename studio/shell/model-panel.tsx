/** Which model is open, and how another is. */
import { useRef } from 'preact/hooks'
import { MODEL_FILE_ENDS, model, modelFailure, modelOpening, type OpenModel, openFile } from './open-model.ts'
import type { View } from './views.ts'
import { shellWords } from './words.ts'

export const COMMANDS = [
  'npm start',
  'sluice train classifier reviews.csv',
  'sluice train language-model book.txt',
  'sluice train word-vectors book.txt',
]

/** A button that lets the person choose a file. */
export function FileButton(props: { label: string; accept: string; onFile: (file: File) => void; quiet?: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const choose = () => {
    const file = input.current?.files?.[0]
    if (file) props.onFile(file)
    if (input.current) input.current.value = '' // the same file may be chosen again
  }
  return (
    <>
      <button type="button" class={props.quiet ? 'quiet' : 'primary'} onClick={() => input.current?.click()}>
        {props.label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={props.accept}
        onChange={choose}
        aria-label={props.label}
        tabIndex={-1}
      />
    </>
  )
}

function factsInWords(open: OpenModel): string[] {
  const words = shellWords.value
  if (open.task === 'word-vectors') {
    return [words[open.task], words.vocabulary(open.vocabulary), words.dimensions(open.embedding)]
  }
  return [
    words[open.task],
    open.cell,
    words.units(open.hidden[0]),
    ...(open.hidden.length > 1 ? [words.layers(open.hidden.length)] : []),
    ...(open.bidirectional ? [words.bidirectional] : []),
  ]
}

export function ModelChip() {
  const words = shellWords.value
  const open = model.value
  return (
    <div class="model">
      <div class="model-facts" data-test="model">
        {modelOpening.value !== null ? (
          <span aria-live="polite">{words.opening(modelOpening.value)}</span>
        ) : (
          open && (
            <>
              <strong>{open.name}</strong>
              <span class="faint">{factsInWords(open).join(' · ')}</span>
            </>
          )
        )}
      </div>
      {open && <FileButton quiet label={words.openAnother} accept={MODEL_FILE_ENDS} onFile={openFile} />}
      {modelFailure.value !== null && (
        <p class="failure" role="alert" data-test="failure">
          {modelFailure.value}
        </p>
      )}
    </div>
  )
}

/** In place of a view that has no model to show. */
export function OpenPanel({ view }: { view: View }) {
  const words = shellWords.value
  const open = model.value
  return (
    <section class="open-panel" aria-label={words.openModel}>
      <h2>{words.openModel}</h2>
      {open && view.tasks && !view.tasks.includes(open.task) && <p>{words.wrongTask(open.name)}</p>}
      <p>{words.dropHint}</p>
      <FileButton label={words.openModel} accept={MODEL_FILE_ENDS} onFile={openFile} />
      <p class="faint">{words.howToMake}</p>
      <pre>
        <code>{COMMANDS.join('\n')}</code>
      </pre>
    </section>
  )
}
