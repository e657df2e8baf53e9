/** The pages whose size is watched, and how it is found. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '../..')
const BYTES_PER_KB = 1000

export interface Page {
  readonly file: string
  /** "A page that …" */
  readonly does: string
  /** Modules that are imported only when their feature is used, and that this page uses. */
  readonly loads: readonly string[]
  readonly limitKb: number
}

const TRAINING = [
  'models/classifier-training',
  'cells/lstm',
  'training/optimizers/adam',
  'training/schedules/exponential',
].map(module => `src/${module}.ts`)

export const pages: readonly Page[] = [
  { file: 'predict.ts', does: 'loads a model and predicts', loads: [], limitKb: 40 },
  { file: 'train.ts', does: 'trains and predicts', loads: TRAINING, limitKb: 70 },
]

export interface PageSize {
  readonly page: string
  readonly rawKb: number
  /** Minified and compressed. */
  readonly gzipKb: number
  readonly limitKb: number
  /** Kilobytes before compression, by folder of src/ or package, largest first. */
  readonly folders: Readonly<Record<string, number>>
}

/**
 * What a page ships: all that it imports and uses, and what it imports later and uses, as one file. (A bundler makes
 * several; esbuild's own splitting would put more into the first than belongs there: whatever an index.ts names.)
 */
export async function sizeOf({ file, does, loads, limitKb }: Page): Promise<PageSize> {
  const all = [`./bench/size/${file}`, ...loads.map(path => `./${path}`)].map(path => `export * from '${path}'`)
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: all.join('\n'), resolveDir: ROOT },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', legalComments: 'none' },
    ...{ write: false, metafile: true, outdir: 'out/size', logLevel: 'silent', plugins: [laterOnes] },
  })
  const [{ contents }] = outputFiles
  const [{ inputs }] = Object.values(metafile.outputs)
  const folders = new Map<string, number>()
  for (const [source, { bytesInOutput }] of Object.entries(inputs)) {
    folders.set(folderOf(source), (folders.get(folderOf(source)) ?? 0) + bytesInOutput)
  }
  const sorted = [...folders].filter(([, bytes]) => bytes > 0).sort((a, b) => b[1] - a[1])
  return {
    page: does,
    rawKb: kilobytes(contents.length),
    gzipKb: kilobytes(gzipSync(contents, { level: 9 }).length),
    limitKb,
    folders: Object.fromEntries(sorted.map(([name, bytes]) => [name, kilobytes(bytes)])),
  }
}

/** What is imported dynamically is no part of the file. */
const laterOnes: Plugin = {
  name: 'imported later',
  setup(building) {
    building.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

const kilobytes = (bytes: number): number => Math.round((10 * bytes) / BYTES_PER_KB) / 10

/** `src/devices`, `node_modules/papaparse`. */
const folderOf = (source: string): string =>
  source
    .split('/')
    .slice(0, source.startsWith('node_modules/@') ? 3 : 2)
    .join('/')

/** The libraries that no page may ship unless it uses their feature. */
export const libraries = (): string[] =>
  Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies)
