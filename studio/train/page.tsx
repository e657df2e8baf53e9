/** The Train view: contenders learn side by side, in a worker of their own. */
import { useEffect } from 'preact/hooks'
import { useNarrator } from '../shell/narrator.tsx'
import { droppedData } from '../shell/open-model.ts'
import { BirthPane } from './birth.tsx'
import { Controls } from './controls.tsx'
import { Curves } from './curves.tsx'
import { sentence } from './sentence.ts'
import { Setup } from './setup.tsx'
import { PredictionsPane, Standing } from './standing.tsx'
import { chooseTable } from './state.ts'
import './train.css'
import { failure, followSettings, keepAddress, pause, restore, training } from './training.ts'

export function Page() {
  useNarrator(sentence)
  useEffect(() => {
    keepAddress()
    const stopFollowing = followSettings()
    restore()
    return () => {
      stopFollowing()
      pause()
    }
  }, [])
  useEffect(() => {
    if (droppedData.value) chooseTable(droppedData.value)
  }, [droppedData.value])
  return (
    <div class="train">
      <Setup />
      <Controls />
      {failure.value !== null && (
        <p class="train-failure" role="alert" data-test="train-failure">
          {failure.value}
        </p>
      )}
      <div class="train-columns">
        <Curves />
        <div class="train-side">
          <Standing />
          <PredictionsPane />
        </div>
      </div>
      {training.value && <BirthPane />}
    </div>
  )
}
