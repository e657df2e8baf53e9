/** The text: to write, as it is read, and with its changes. */
import { useComputed, useSignal } from '@preact/signals'
import { Choice } from '../parts/choice.tsx'
import { Figure } from '../parts/figure.tsx'
import { Legend } from '../parts/legend.tsx'
import { quantityName } from '../parts/quantities.ts'
import { percent } from '../parts/share-bar.tsx'
import { TokenStrip } from '../parts/token-strip.tsx'
import { model, textLanguage } from '../shell/open-model.ts'
import { chosenQuantity, colouring, quantityNames } from './colouring.ts'
import { readout } from './readout.ts'
import {
  after,
  before,
  currentText,
  editToken,
  fields,
  layerOf,
  ledgerToken,
  selection,
  tokenAt,
  unitAt,
  writeText,
} from './state.ts'
import { examplesFor } from './texts.ts'
import { readWords } from './words.ts'

/** Beyond so many tokens the numbers under them would be longer than the text. */
const NOTES_MOST = 80

export function TextPane() {
  const words = readWords.value
  const open = model.value
  if (!open) return null
  return (
    <div class="read-text">
      <label class="read-write">
        <span>{words.text}</span>
        <textarea
          rows={2}
          lang={textLanguage.value}
          value={currentText.value}
          spellcheck={false}
          data-test="text"
          onInput={event => writeText(event.currentTarget.value)}
        />
      </label>
      <select
        aria-label={words.examples}
        value=""
        onChange={event => {
          writeText(event.currentTarget.value)
          event.currentTarget.value = ''
        }}
      >
        <option value="">{words.example}</option>
        {examplesFor(open.task, open.language).map(example => (
          <option key={example} value={example}>
            {example}
          </option>
        ))}
      </select>
    </div>
  )
}

export function Strips() {
  const words = readWords.value
  const read = before.answer.value
  if (!read) return null
  const { scale, before: values, after: changed } = colouring.value
  const edited = after.answer.value
  const note = (numbers: ArrayLike<number> | null) =>
    numbers && read.tokens.length <= NOTES_MOST ? (t: number) => readout(numbers[t], scale) : undefined
  return (
    <Figure title={words.reading} name="text" aside={<Colouring />}>
      {edited && <h3 class="strip-name">{words.before}</h3>}
      <TokenStrip
        tokens={read.tokens}
        lang={textLanguage.value}
        unknown={read.unknown}
        values={values}
        scale={scale}
        selection={selection}
        label={words.strip}
        note={note(values)}
        onOpen={focusEditor}
      />
      {edited && (
        <>
          <h3 class="strip-name">{words.after}</h3>
          <TokenStrip
            tokens={edited.tokens}
            lang={textLanguage.value}
            unknown={edited.unknown}
            changed={fields.edits.value.map(([index]) => index)}
            values={changed}
            scale={scale}
            selection={selection}
            label={`${words.after}: ${words.strip}`}
            note={note(changed)}
            onOpen={focusEditor}
          />
        </>
      )}
      {fields.colour.value === 'ledger' && <LedgerLine />}
      <Editor />
    </Figure>
  )
}

function Colouring() {
  const words = readWords.value
  const isQuantity = !['gradient', 'ledger'].includes(fields.colour.value)
  const shown = isQuantity ? chosenQuantity.value : fields.colour.value
  return (
    <span class="read-colour">
      <Choice
        label={words.colourBy}
        test="colour"
        value={shown}
        options={[
          ...quantityNames.value.map(name => [name, quantityName(name)] as const),
          ['gradient', words.gradient],
          ['ledger', words.ledger],
        ]}
        onChoose={colour => fields.colour.set(colour)}
      />
      {isQuantity && (
        <Choice
          label={words.ofUnit}
          test="of"
          value={fields.of.value}
          options={[
            ['mean', words.meanOfUnits],
            ['unit', words.oneUnit(unitAt.value)],
          ]}
          onChoose={of => fields.of.set(of)}
        />
      )}
      <Legend scale={colouring.value.scale} />
    </span>
  )
}

function LedgerLine() {
  const words = readWords.value
  if (layerOf(before.answer.value)?.halfLife === null) {
    return (
      <p class="faint read-ledger" data-test="no-ledger">
        {words.noLedger}
      </p>
    )
  }
  const token = before.answer.value?.tokens[ledgerToken.value] ?? ''
  return (
    <p class="faint read-ledger">
      {words.ledgerAt(token)}. {words.ledgerNote}{' '}
      <button type="button" data-test="pin" onClick={() => fields.at.set(tokenAt.value + 1)}>
        {words.ledgerPin}
      </button>
    </p>
  )
}

const focusEditor = () => document.querySelector<HTMLInputElement>('.read-edit input')?.focus()

/** Another word in place of the selected one. */
function Editor() {
  const words = readWords.value
  const draft = useSignal('')
  const token = useComputed(() => before.answer.value?.tokens[tokenAt.value] ?? '')
  const edits = fields.edits.value
  const clamps = Object.entries(fields.clamps.value)
  const submit = (event: Event) => {
    event.preventDefault()
    editToken(tokenAt.value, draft.value.trim())
    draft.value = ''
  }
  return (
    <form class="read-edit" onSubmit={submit} data-not-saved>
      <label>
        {words.editOf(token.value)}{' '}
        <input
          type="text"
          size={12}
          value={draft}
          data-test="edit"
          onInput={event => {
            draft.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit">{words.tryIt}</button>
      {edits.map(([index, word]) => (
        <Undo
          key={index}
          words={words.editWords(before.answer.value?.tokens[index] ?? '', word)}
          onClick={() => editToken(index, '')}
        />
      ))}
      {clamps.map(([quantity, value]) => (
        <Undo
          key={quantity}
          words={words.clampWords(quantityName(quantity), percent(value))}
          onClick={() => {
            const { [quantity]: _, ...others } = fields.clamps.value
            fields.clamps.set(others)
          }}
        />
      ))}
    </form>
  )
}

function Undo({ words, onClick }: { words: string; onClick: () => void }) {
  return (
    <button type="button" class="change" aria-label={readWords.value.undoOne(words)} onClick={onClick}>
      {words} <span aria-hidden="true">×</span>
    </button>
  )
}
