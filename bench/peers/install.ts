/** Installs the peers that can be installed, outside the sources; says what is missing and goes on without it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DEBIAN = ['python3-torch', 'python3-numpy', 'libopenblas0-pthread']

/** The first Python that has a module; null: none. */
export function pythonWith(module: string): string | null {
  const isThere = (python: string) => spawnSync(python, ['-c', `import ${module}`]).status === 0
  return ['/usr/bin/python3', 'python3'].find(isThere) ?? null
}

/** @param home  Where node_modules and libraries go. */
export function install(home: string, say: (line: string) => void): void {
  mkdirSync(home, { recursive: true })
  if (missingOfDebian().length > 0) installDebian(say)
  const own = readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')
  const copied = join(home, 'package.json')
  const isInstalled =
    existsSync(join(home, 'node_modules')) && existsSync(copied) && readFileSync(copied, 'utf8') === own
  if (isInstalled) return
  say(`npm packages and libraries into ${home}`)
  const env = { ...process.env, PEERS_HOME: home }
  const { status } = spawnSync('sh', [join(import.meta.dirname, 'setup.sh')], { env, stdio: ['ignore', 2, 2] })
  if (status !== 0) say('setup.sh failed (above); what is not there is left out')
}

const missingOfDebian = (): string[] =>
  DEBIAN.filter(
    name => !spawnSync('dpkg-query', ['-s', name], { encoding: 'utf8' }).stdout?.includes('install ok installed'),
  )

function installDebian(say: (line: string) => void): void {
  const missing = missingOfDebian().join(' ')
  if (process.getuid?.() !== 0) {
    say(`not root: sudo apt-get install --no-install-recommends ${missing}`)
    return
  }
  say(`apt-get install ${missing}`)
  const apt = (...words: string[]) =>
    spawnSync('apt-get', ['-qq', '-y', '--no-install-recommends', ...words], { stdio: ['ignore', 2, 2] }).status
  if (apt('update') !== 0 || apt('install', ...missing.split(' ')) !== 0) say(`apt-get failed: ${missing} left out`)
}
