/**
 * The studio in a real browser: Debian's Chromium, driven by playwright-core. `npm test` installs it where it can;
 * where there is none the tests say so and are skipped. Every page is watched: a message of the console or an error
 * that nobody caught fails the test that made it.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { studioFolder } from '../../src/cli/studio-build.ts'
import { LanguageModel, TextClassifier } from '../../src/index.ts'
import { writeModel } from '../../src/platform/node/index.ts'
import { type StudioServer, startStudioServer } from '../../src/server/studio-server.ts'
import { reviews } from '../cli/spawn-sluice.ts'
import { violationsOf } from './axe.test-support.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const skip = existsSync(CHROMIUM) ? false : `no Chromium in ${CHROMIUM} (apt-get install chromium)`

/** Git-ignored; to be looked at. */
const PICTURES = resolve(import.meta.dirname, '../../out/studio')
const PATIENCE_MS = 15_000

export interface Opened {
  readonly page: Page
  /** Fails where the page has complained. */
  assertSilent(): void
}

export interface Studio {
  readonly server: () => StudioServer
  readonly folder: () => string
  /** Of the model files. */
  readonly models: () => string
  /** Opens an address, `#/read?…`; closed at the end of the test. */
  open(hash: string, options?: BrowserContextOptions & { url?: string }): Promise<Opened>
}

/** A server and a browser for a test file. @param model  Name of the served model, of those that `models` has. */
export function studio(model: 'classifier' | 'language-model' | null): Studio {
  let server: StudioServer
  let folder: string
  let browser: Browser
  const models = mkdtempSync(join(tmpdir(), 'sluice-studio-'))
  before(async () => {
    if (skip) return
    folder = await studioFolder(() => {}, new AbortController().signal)
    if (model === 'language-model')
      await writeModel(join(models, 'language-model.safetensors'), await tinyLanguageModel())
    await writeModel(join(models, 'classifier.safetensors'), await tinyClassifier())
    server = await startStudioServer({
      folder,
      model: model && join(models, `${model}.safetensors`),
      port: 0,
    })
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [], // Chromium refuses its sandbox to root
    })
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    rmSync(models, { recursive: true, force: true })
  })
  return {
    server: () => server,
    folder: () => folder,
    models: () => models,
    async open(hash, { url = server.url, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: 'en', ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', message => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', error => complaints.push(String(error.stack)))
      await page.goto(url + hash)
      return { page, assertSilent: () => assert.deepEqual(complaints, []) }
    },
  }
}

/** A test that is skipped where there is no browser; its pages are closed when it ends. */
export function browserTest(name: string, body: () => Promise<void>): void {
  test(name, { skip }, body)
}

/** @throws with the rule and the element, where axe finds something wrong with the page. */
export async function assertAccessible(page: Page): Promise<void> {
  const found = await violationsOf(page)
  assert.deepEqual(
    found.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(node => `${node.html} ${node.failureSummary}`) })),
    [],
  )
}

/** Keeps a picture for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
}

/** Two layers in both directions, so that there is something to choose from; trained well under a second. */
async function tinyClassifier(): Promise<TextClassifier> {
  const rows = reviews(64).map(({ review, sentiment }) => ({ text: review, label: sentiment }))
  return TextClassifier.train(rows, {
    hidden: [12, 10],
    bidirectional: true,
    embedding: 8,
    minimumCount: 1,
    epochs: 4,
    batch: 16,
    learningRate: 0.02,
  })
}

async function tinyLanguageModel(): Promise<LanguageModel> {
  const text = `${reviews(80)
    .map(({ review }) => review)
    .join('\n')}\n`
  return LanguageModel.train(text, {
    cell: 'gru',
    hidden: [12],
    embedding: 8,
    minimumCount: 1,
    epochs: 2,
    batch: 4,
    unroll: 8,
  })
}
