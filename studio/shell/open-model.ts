/** The model that is open, and the ways to open one: where the address says, what the server has, a file. */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { answers } from '../worker/answers.ts'
import { RemoteError, remote } from '../worker/client.ts'
import type { ModelFacts } from '../worker/model-facts.ts'
import { address } from './address.ts'

export interface OpenModel extends ModelFacts {
  /** Another number for each model that was opened, so that what was computed of the one before is dropped. */
  readonly opening: number
}

const open = signal<OpenModel | null>(null)
const opening = signal<string | null>(null)
const failure = signal<string | null>(null)
const data = signal<File | null>(null)

/** The open model. */
export const model: ReadonlySignal<OpenModel | null> = open
/** The name of the one that is being opened. */
export const modelOpening: ReadonlySignal<string | null> = opening
/** Why the last one could not be opened, in the library's words. */
export const modelFailure: ReadonlySignal<string | null> = failure
/** A file of texts that was dropped on the page, for views that read one. */
export const droppedData: ReadonlySignal<File | null> = data

/** Ours, and word vectors of other programs. */
export const MODEL_FILE_ENDS = '.safetensors,.vec,.bin'
const DATA_FILE = /\.(?:csv|tsv|jsonl|txt)(?:\.gz)?$/i

const worker = remote<typeof answers>('worker')
let last = 0

/** Where the server's model is, from the page's address. */
const servedModel = () => document.querySelector<HTMLMetaElement>('meta[name="sluice-model"]')?.content ?? ''

/** Opens what the address names, else what the server has; nothing where there is neither. */
export async function openServedModel(): Promise<void> {
  const named = address.peek().fields.model ?? servedModel()
  if (named === '') return
  const url = new URL(named, document.baseURI)
  const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '')
  await opened(name, async () => {
    const answer = await fetch(url)
    if (answer.ok) return answer.arrayBuffer()
    throw new RemoteError(`${name}: expected a model, got the answer ${answer.status}. Is it still there?`, true)
  })
}

/** Opens a model file, or keeps a file of texts for the view. */
export async function openFile(file: File): Promise<void> {
  if (DATA_FILE.test(file.name)) {
    data.value = file
    return
  }
  await opened(file.name, () => file.arrayBuffer())
}

/** The last one that was asked for wins. */
async function opened(name: string, read: () => Promise<ArrayBuffer>): Promise<void> {
  const turn = ++last
  opening.value = name
  failure.value = null
  try {
    const bytes = await read()
    const facts = await worker.open({ bytes, name }, { transfer: [bytes] })
    if (turn === last) open.value = { ...facts, opening: turn }
  } catch (error) {
    if (turn === last) failure.value = explained(name, error)
  } finally {
    if (turn === last) opening.value = null
  }
}

function explained(name: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith(name) ? message : `${name}: ${message}`
}

/** Of its texts, for `lang`; undefined where it is not known. */
export const textLanguage = computed(() => (open.value?.language === 'und' ? undefined : open.value?.language))
