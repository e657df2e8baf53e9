/**
 * Debian's packages that the tests compare with. All of them are optional: a test whose program is missing says so
 * and is skipped. Plain JavaScript, since it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process'

/**
 * PyTorch runs as /usr/bin/python3, for the comparison with torch.nn; Chromium for the studio, in English and Chinese.
 * Add what a further test needs to this list.
 */
const DEBIAN_PACKAGES = ['python3-torch', 'python3-numpy', 'chromium', 'fonts-noto-cjk']

const APT_OPTIONS = ['-qq', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0']

const say = line => process.stderr.write(`${line}\n`)

function isInstalled(name) {
  const query = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' })
  return query.stdout?.includes('\nStatus: install ok installed\n') ?? false
}

/** Resolves to undefined when apt-get has done it, else to the last line of its complaint. */
function aptGet(...aptArguments) {
  const child = spawn('apt-get', [...APT_OPTIONS, ...aptArguments], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  let complaint = ''
  child.stderr.on('data', chunk => {
    complaint += chunk
  })
  return new Promise(done => {
    child.once('error', error => done(error.message))
    child.once('close', code => done(code === 0 ? undefined : (complaint.trim().split('\n').at(-1) ?? `exit ${code}`)))
  })
}

/** Installs what is missing where that is possible (Debian, root); else says in one line what will be skipped. */
export async function installDebianPackages() {
  const hasApt = spawnSync('apt-get', ['--version']).status === 0
  const missing = hasApt ? DEBIAN_PACKAGES.filter(name => !isInstalled(name)) : DEBIAN_PACKAGES
  if (missing.length === 0) return
  const names = missing.join(' ')
  const skip = reason => say(`Not installed: ${names} (${reason}). Tests that need and do not find them are skipped.`)
  if (!hasApt) return skip('no apt-get here')
  if (process.getuid?.() !== 0) return skip(`not root: sudo apt-get install ${names}`)
  say(`apt-get install: ${names}; about a minute the first time.`)
  const failure = (await aptGet('update')) ?? (await aptGet('install', ...missing))
  if (failure !== undefined) skip(failure)
}
