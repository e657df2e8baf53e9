/** The training under way: its worker, its numbers so far, and the ways to start, pause and step it. */
import { computed, effect, signal } from '@preact/signals'
import { address, changeAddress, openView } from '../shell/address.ts'
import { openFile } from '../shell/open-model.ts'
import { StudioWorker } from '../worker/client.ts'
import type { Remote } from '../worker/protocol.ts'
import type { Advance, answers, Begun } from './answers.ts'
import { type Contender, keyOf } from './contenders.ts'
import { contenders, fields, settings, table, trainingKey } from './state.ts'
import type { EpochDone } from './stepped-training.ts'

export interface Run {
  readonly contender: Contender
  readonly parameters: number
  /** Of each step, in nats; grow as it trains. */
  readonly losses: number[]
  readonly means: number[]
  readonly epochs: readonly EpochDone[]
  readonly isFinished: boolean
  readonly failure: string | null
}

export interface Training extends Begun {
  readonly runs: readonly Run[]
  /** Of the contender that has come farthest. */
  readonly steps: number
  readonly stepsInAll: number
  readonly checkpoints: readonly { readonly steps: number; readonly epochs: number }[]
  /** Another number for each training, so that what was computed of the one before is dropped. */
  readonly beginning: number
}

export type Phase = 'none' | 'preparing' | 'running' | 'paused' | 'finished'

/** How long the worker trains before it tells. */
const SLICE_MS = 60
const SLOW_PAUSE_MS = 250
const ANY_STEPS = 1_000_000

/** What is trained; null: nothing has been started. */
export const training = signal<Training | null>(null)
export const phase = signal<Phase>('none')
/** Why it could not begin. */
export const failure = signal<string | null>(null)

let worker: StudioWorker | null = null
let trainer: Remote<typeof answers> | null = null
let keyOfTraining = ''
let beginnings = 0

/** The answers of the worker that trains; there while a training is. */
export const asked = (): Remote<typeof answers> => trainer as Remote<typeof answers>

async function begin(): Promise<boolean> {
  stop()
  phase.value = 'preparing'
  worker = new StudioWorker()
  trainer = worker.remote<typeof answers>('train')
  keyOfTraining = trainingKey.peek()
  const beginning = ++beginnings
  const chosen = contenders.peek()
  const file = fields.data.peek() === 'own' ? table.peek() : null
  try {
    const begun = await trainer.begin({ file, contenders: chosen, settings: settings.peek() })
    if (beginning !== beginnings) return false
    training.value = {
      ...begun,
      runs: chosen.map((contender, run) => ({
        contender,
        parameters: begun.parameters[run],
        losses: [],
        means: [],
        epochs: [],
        isFinished: false,
        failure: null,
      })),
      steps: 0,
      stepsInAll: begun.stepsAnEpoch * settings.peek().epochs,
      checkpoints: [{ steps: 0, epochs: 0 }],
      beginning,
    }
    phase.value = 'paused'
    return true
  } catch (error) {
    if (beginning !== beginnings) return false
    stop()
    failure.value = error instanceof Error ? error.message : String(error)
    return false
  }
}

/** Starts, or goes on. @param until  Steps after which it pauses. */
export async function goOn(until = ANY_STEPS): Promise<void> {
  if (training.peek() === null && !(await begin())) return
  if (phase.peek() !== 'paused') return
  phase.value = 'running'
  const { beginning } = training.peek() as Training
  const isRunning = () => beginning === beginnings && phase.peek() === 'running'
  while (isRunning()) {
    const left = until - (training.peek() as Training).steps
    if (left <= 0) break
    const isSlow = fields.pace.peek() === 'slow' && until === ANY_STEPS
    await advance(isSlow ? 1 : left)
    if (isSlow) await new Promise(resolve => setTimeout(resolve, SLOW_PAUSE_MS))
  }
  if (isRunning()) phase.value = 'paused'
  if (beginning === beginnings) writeSteps()
}

export function pause(): void {
  if (phase.peek() === 'running') phase.value = 'paused'
}

/** One batch for each. */
export async function oneStep(): Promise<void> {
  if (training.peek() === null && !(await begin())) return
  if (phase.peek() !== 'paused') return
  await advance(1)
  writeSteps()
}

async function advance(steps: number): Promise<void> {
  const before = training.peek() as Training
  const told = await asked().advance({ steps, milliseconds: SLICE_MS })
  if (training.peek()?.beginning !== before.beginning) return
  const runs = before.runs.map((run, k) => advanced(run, told[k]))
  const farthest = Math.max(...told.map(one => one.steps))
  const longest = told.reduce((a, b) => (b.checkpoints.length > a.checkpoints.length ? b : a))
  training.value = {
    ...before,
    runs,
    steps: farthest,
    checkpoints: [...before.checkpoints, ...longest.checkpoints],
  }
  if (runs.every(run => run.isFinished || run.failure !== null)) phase.value = 'finished'
}

function advanced(run: Run, told: Advance): Run {
  run.losses.push(...told.losses)
  run.means.push(...told.means)
  return { ...run, epochs: told.epochs, isFinished: told.isFinished, failure: told.failure }
}

function writeSteps(): void {
  fields.steps.set(training.peek()?.steps ?? 0, 'settle')
  const { fields: written } = address.peek()
  addressOfTraining = Object.fromEntries(Object.entries(written).filter(([name]) => SETUP_FIELDS.includes(name)))
}

/** Lets the training go. */
export function stop(): void {
  beginnings++
  worker?.stop()
  worker = null
  trainer = null
  training.value = null
  failure.value = null
  phase.value = 'none'
}

export function again(): void {
  stop()
  fields.steps.set(0, 'settle')
}

/** The step that is looked at: the one selected, else the last. */
export const stepAt = computed(() => {
  const steps = training.value?.steps ?? 0
  return fields.at.value === 0 ? steps : Math.min(fields.at.value, steps)
})

/** What is known of a contender after a step, from 1. */
export function standingAt({ means, losses, epochs }: Run, step: number) {
  const stepsAnEpoch = training.value?.stepsAnEpoch ?? 1
  const place = Math.min(step, means.length) - 1
  return {
    loss: means[place] as number | undefined,
    stepLoss: losses[place] as number | undefined,
    epoch: epochs.findLast(({ epoch }) => epoch * stepsAnEpoch <= step),
  }
}

let addressOfTraining: Readonly<Record<string, string>> = {}
const SETUP_FIELDS = ['mode', 'cell', 'gate', 'change', 'hidden', 'epochs', 'seed', 'rate', 'data', 'steps']

/** Coming back to the view without its fields, what is trained is shown, not the defaults. */
export function keepAddress(): void {
  const given = address.peek().fields
  if (training.peek() !== null && SETUP_FIELDS.every(name => given[name] === undefined)) {
    changeAddress(addressOfTraining, 'settle')
  }
}

/** Other settings are another training: the one there is let go. For as long as the view is open. */
export function followSettings(): () => void {
  return effect(() => {
    const key = trainingKey.value
    // The address of another view lacks our settings, and this runs before ours is gone.
    const isOurs = address.value.view === 'train'
    if (isOurs && training.peek() !== null && key !== keyOfTraining) again()
  })
}

/** Trains up to where the address says. */
export function restore(): void {
  const steps = fields.steps.peek()
  const isLost = fields.data.peek() === 'own' && table.peek() === null
  if (steps > 0 && training.peek() === null && !isLost) void goOn(steps)
}

const fileNameOf = ({ contender }: Run): string => `${keyOf(contender)}.safetensors`

async function modelFileOf(run: number): Promise<File> {
  const bytes = await asked().take({ run })
  return new File([bytes], fileNameOf((training.peek() as Training).runs[run]))
}

/** The best epoch so far as the open model, in the Read view. */
export async function openInRead(run: number): Promise<void> {
  pause()
  await openFile(await modelFileOf(run))
  openView('read')
}

export async function saveModel(run: number): Promise<File> {
  return modelFileOf(run)
}
