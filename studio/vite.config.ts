/** Builds the studio into dist/studio: static files that run from any file host, in any folder of it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Plugin, UserConfig } from 'vite'
import { PAGE_POLICY } from '../src/server/page-policy.ts'

/** The policy stands in the page too, for hosts that send none. */
const policyInPage: Plugin = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY },
      injectTo: 'head-prepend',
    },
  ],
}

/**
 * `virtual:sentences`: the sentences that the Train view brings, from the package `sentiment`, a line each, `+` or `-`
 * and the text. The first 480 on restaurants of UCI "Sentiment Labelled Sentences", Kotzias et al. 2015, CC BY 4.0.
 */
const SENTENCES = 480
const broughtSentences: Plugin = {
  name: 'brought-sentences',
  resolveId: id => (id === 'virtual:sentences' ? `\0${id}` : undefined),
  load(id) {
    if (id !== '\0virtual:sentences') return undefined
    const path = createRequire(import.meta.url).resolve('sentiment/test/fixtures/yelp.json')
    const rows: { text: string; class: number | null }[] = JSON.parse(readFileSync(path, 'utf8'))
    const lines = rows
      .filter(row => row.text.trim() !== '' && row.class !== null)
      .slice(0, SENTENCES)
      .map(row => `${row.class === 1 ? '+' : '-'}${row.text.trim().replace(/\s+/g, ' ')}`)
    return `export const lines = ${JSON.stringify(lines.join('\n'))}`
  },
}

/** What a class of the library brings along and no view calls. Take a line away when one does. */
const absent = (name: string) =>
  `export function ${name}() { throw new Error('internal: the studio leaves ${name} out') }`
const LEFT_OUT: Readonly<Record<string, string>> = {
  'src/models/word-vectors/word-vector-training.ts': absent('trainWordVectors'),
  'src/models/classifier-checkpoints.ts': absent('classifierCheckpoints'),
  'src/models/language-stream.ts': absent('LanguageStream'),
  'src/models/growing-text.ts': absent('GrowingText'),
  // Without it inputs are multiplied token by token, to the same bits: what a training of characters saves by it.
  'src/devices/wasm/recurrent/input-table.ts': 'export function linkInputTables() {}',
}
const leftOut: Plugin = {
  name: 'left-out',
  enforce: 'pre',
  load(id) {
    const found = Object.entries(LEFT_OUT).find(([path]) => id.endsWith(path))
    return found?.[1]
  },
}

/** Packages in the worker's part; Vite's own list has those of the page. */
const WORKER_PACKAGES = ['papaparse', '@huggingface/tokenizers']
const workerLicences: Plugin = {
  name: 'worker-licences',
  apply: 'build',
  generateBundle() {
    const folder = resolve(import.meta.dirname, '../node_modules')
    const texts = WORKER_PACKAGES.map(name => `## ${name}\n\n${readFileSync(resolve(folder, name, 'LICENSE'), 'utf8')}`)
    this.emitFile({ type: 'asset', fileName: 'licences-worker.md', source: texts.join('\n') })
  },
}

const config: UserConfig = {
  root: import.meta.dirname,
  base: './',
  plugins: [policyInPage, broughtSentences, leftOut, workerLicences],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: {
    format: 'es',
    plugins: () => [broughtSentences, leftOut],
    // One piece instead of thirty: together they compress by a tenth more, and the worker needs nearly all of it.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'library', test: /\/src\// }] } } },
  },
  build: {
    outDir: resolve(import.meta.dirname, '../dist/studio'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'], // the first that have light-dark()
    assetsInlineLimit: 0, // the policy lets nothing run that stands in the page itself
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'licences.md' }, // of what is in the bundle
  },
  logLevel: 'warn',
}

// biome-ignore lint/style/noDefaultExport: Vite reads the default export
export default config
