/**
 * The built page of the studio. An installed package has it; a checkout builds it when it is missing or older than its
 * sources, which takes a second or two.
 */
import { spawn } from 'node:child_process'
import { existsSync, globSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SluiceError } from '../errors/errors.ts'

const OURS = dirname(fileURLToPath(import.meta.url))
const ROOT = resolve(OURS, '../..')
/** This file is TypeScript only where the sources are. */
const IS_CHECKOUT = import.meta.url.endsWith('.ts')
const SOURCES = ['studio/**/*.{ts,tsx,css,html,svg,json}', 'src/**/*.ts', 'package-lock.json']
const IS_TEST = /\.test(?:-[\w-]+)?\.ts$/

/**
 * Finds the page, and builds it first where that is needed.
 *
 * @param say  Told that something is being built.
 * @returns  Its folder.
 * @throws {SluiceError} It is missing, or could not be built.
 */
export async function studioFolder(say: (line: string) => void, signal: AbortSignal): Promise<string> {
  if (!IS_CHECKOUT) return requireBuilt(resolve(OURS, '../studio'))
  const folder = join(ROOT, 'dist/studio')
  const built = timeOf(join(folder, 'index.html'))
  if (built === 0) say('building the studio: it is not built yet; a second or two.')
  else if (built < newestSource()) say('building the studio: its sources have changed; a second or two.')
  else return folder
  // Built beside it and put in its place, so that nobody is served half of it.
  const fresh = `${folder}-${process.pid}`
  try {
    await build(fresh, signal)
    replaceFolder(folder, fresh)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return requireBuilt(folder)
}

function replaceFolder(folder: string, fresh: string): void {
  const old = `${fresh}-old`
  if (existsSync(folder)) renameSync(folder, old)
  try {
    renameSync(fresh, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error // else somebody else has just built it
  }
  rmSync(old, { recursive: true, force: true })
}

function requireBuilt(folder: string): string {
  if (existsSync(join(folder, 'index.html'))) return folder
  throw new SluiceError('DATA', `studio: expected the built page in ${folder}, got nothing. Install Sluice again.`)
}

const timeOf = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0)

function newestSource(): number {
  const paths = SOURCES.flatMap(pattern => globSync(pattern, { cwd: ROOT }))
  return Math.max(0, ...paths.filter(path => !IS_TEST.test(path)).map(path => timeOf(join(ROOT, path))))
}

function build(folder: string, signal: AbortSignal): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  if (!existsSync(vite)) {
    throw new SluiceError('DATA', 'studio: expected Vite in node_modules, got nothing. Run `npm ci`.')
  }
  const words = ['build', 'studio', '--config', 'studio/vite.config.ts', '--outDir', folder]
  const child = spawn(process.execPath, [vite, ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', chunk => {
    complaint += chunk
  })
  const stop = () => child.kill()
  signal.addEventListener('abort', stop, { once: true })
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('close', code => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return failed(signal.reason)
      if (code === 0) return done()
      const why = complaint.trim().split('\n').slice(-3).join(' ')
      failed(new SluiceError('DATA', `studio: expected Vite to build the page, got: ${why} Mend that, then try again.`))
    })
  })
}
