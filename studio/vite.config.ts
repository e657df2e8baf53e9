/** Builds the studio into dist/studio: static files that run from any file host, in any folder of it. */
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

const config: UserConfig = {
  root: import.meta.dirname,
  base: './',
  plugins: [policyInPage],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
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
