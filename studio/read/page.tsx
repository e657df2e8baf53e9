/** The Read view: what a model does with a text, at every token and every unit. */
import { pageAsHtml, saveFile, saveJson } from '../parts/save.ts'
import { narrated, useNarrator } from '../shell/narrator.tsx'
import { useShown } from '../shell/shown.ts'
import { AtToken, PredictionPane } from './at-token.tsx'
import { FiringPane } from './firing.tsx'
import { HalfLife } from './half-life.tsx'
import { Maps } from './maps.tsx'
import { PredictionCurve } from './prediction-curve.tsx'
import './read.css'
import { sentence } from './sentence.ts'
import { after, before, beforeAsk, changes, fields, isOpen, layerOf, ledgerToken, reader, undoAll } from './state.ts'
import { Strips, TextPane } from './text-pane.tsx'
import { readWords } from './words.ts'

export function Page() {
  useShown(isOpen)
  useNarrator(sentence)
  const failure = before.failure.value ?? after.failure.value
  return (
    <div class="read">
      <TextPane />
      {failure !== null && (
        <p class="failure" role="alert" data-test="read-failure">
          {failure}
        </p>
      )}
      {before.answer.value && (
        <div class="read-columns">
          <div class="read-pictures">
            <Strips />
            <PredictionCurve />
            <Maps />
            <Saving />
          </div>
          <aside class="read-side">
            <PredictionPane />
            <AtToken />
            <HalfLife />
            <FiringPane />
          </aside>
        </div>
      )}
    </div>
  )
}

function Saving() {
  const words = readWords.value
  const saveNumbers = async () => {
    const ask = beforeAsk.peek()
    if (!ask) return
    const at = fields.at.peek() === 0 ? null : ledgerToken.peek()
    saveJson('inspection', await reader.report({ ...ask, changes: changes.peek(), at }))
  }
  const saveFigure = async () => {
    const ask = beforeAsk.peek()
    const layer = layerOf(before.answer.peek())?.layer
    if (!ask || layer === undefined) return
    saveFile('figure.svg', await reader.figure({ ...ask, changes: changes.peek(), layer }), 'image/svg+xml')
  }
  return (
    <p class="buttons faint" data-not-saved>
      {words.save}:
      <button type="button" onClick={() => saveFile('studio.html', pageAsHtml(narrated.peek()), 'text/html')}>
        {words.saveHtml}
      </button>
      <button type="button" onClick={saveFigure}>
        {words.saveFigure}
      </button>
      <button type="button" data-test="save-json" onClick={saveNumbers}>
        {words.saveJson}
      </button>
      {changes.value.length > 0 && (
        <button type="button" data-test="undo" onClick={undoAll}>
          {words.undo}
        </button>
      )}
    </p>
  )
}
