/** The Words view: neighbours, analogies, and a map of word vectors or of the vectors another model has learned. */
import { computed } from '@preact/signals'
import { Choice } from '../parts/choice.tsx'
import { Figure } from '../parts/figure.tsx'
import { percent, signedNumber } from '../parts/share-bar.tsx'
import { FileButton } from '../shell/model-panel.tsx'
import { useNarrator } from '../shell/narrator.tsx'
import { MODEL_FILE_ENDS, model, openFile } from '../shell/open-model.ts'
import { useShown } from '../shell/shown.ts'
import { AnalogyPane, NeighboursPane } from './lists.tsx'
import { COUNTS, chosen, fields, four, isOpen, map, similar } from './state.ts'
import { WordMapPicture, ZoomButtons } from './word-map.tsx'
import './words-view.css'
import { wordsWords } from './words.ts'

const COMMAND = 'sluice train word-vectors book.txt'
const NARRATED = 3

const sentence = computed(() => {
  const words = wordsWords.value
  const near = similar.answer.value?.near ?? []
  if (near.length > 0) {
    const said = near.slice(0, NARRATED).map(one => words.saidWord(one.word, signedNumber(one.similarity)))
    const last = said.pop() as string
    return words.said(chosen.value, said.length > 0 ? said.join(words.comma) + words.and + last : last)
  }
  const [a, b, c, d] = four.value
  if (d) return words.saidAnalogy(a, b, c, d)
  const shown = map.answer.value
  return shown ? words.saidNone(shown.words.length.toLocaleString('en')) : ''
})

export function Page() {
  useNarrator(sentence)
  useShown(isOpen)
  return model.value === null ? <Nothing /> : <Opened />
}

function Nothing() {
  const words = wordsWords.value
  return (
    <section class="open-panel" aria-label={words.title} data-test="words-nothing">
      <h1>{words.title}</h1>
      <p>{words.needs}</p>
      <FileButton label={words.open} accept={MODEL_FILE_ENDS} onFile={openFile} />
      <p class="faint">{words.make}</p>
      <pre>
        <code>{COMMAND}</code>
      </pre>
      <p class="faint">{words.opens}</p>
    </section>
  )
}

function Opened() {
  const words = wordsWords.value
  const shown = map.answer.value
  return (
    <div class="words">
      <Kind />
      {map.failure.value !== null && (
        <p class="words-failure" role="alert">
          {map.failure.value}
        </p>
      )}
      <div class="words-columns">
        <Figure title={words.map} name="words" aside={<Choices />}>
          {shown && (
            <>
              <WordMapPicture map={shown} />
              <p class="faint small">{words.mapAbout(percent(shown.shares[0]), percent(shown.shares[1]))}</p>
            </>
          )}
        </Figure>
        <div class="words-side">
          <NeighboursPane />
          <AnalogyPane />
        </div>
      </div>
    </div>
  )
}

/** What kind of vectors these are. */
function Kind() {
  const words = wordsWords.value
  const open = model.value
  if (open === null) return null
  const count = open.vocabulary.toLocaleString('en')
  if (open.task === 'word-vectors') return <p data-test="kind">{words.own(count, open.embedding)}</p>
  return (
    <div class="words-kind">
      <p data-test="kind">{words.byProduct(words[open.task], count, open.embedding)}</p>
      <p class="faint">{words.contrast}</p>
      <pre>
        <code>{COMMAND}</code>
      </pre>
    </div>
  )
}

function Choices() {
  const words = wordsWords.value
  return (
    <span class="words-choices">
      <Choice
        label={words.howMany}
        test="count"
        value={String(fields.count.value)}
        options={COUNTS.map(count => [String(count), words.most(count)])}
        onChoose={count => fields.count.set(Number(count))}
      />
      <ZoomButtons />
    </span>
  )
}
