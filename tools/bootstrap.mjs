/**
 * The first script of `npm start` and `npm test`, and the only one that must run on an old Node: plain JavaScript,
 * nothing installed yet. It brings node_modules up to package-lock.json, then starts the npm script it was given.
 *
 * That script is started by a new `npm run`: the package `node` puts Node 24 first on the PATH of npm's scripts, but
 * a line that has begun before the install keeps the Node it began with.
 *
 *   node tools/bootstrap.mjs [--debian] SCRIPT [ARGUMENT…]      --debian: Debian's packages too (tools/debian.mjs)
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { installDebianPackages } from './debian.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NODE_MAJOR_FOR_SOURCES = 24

const readJson = path => JSON.parse(readFileSync(resolve(ROOT, path), 'utf8'))

/** Why node_modules has to be installed, or undefined when it is what package-lock.json says. */
function reasonToInstall() {
  const installedPath = 'node_modules/.package-lock.json' // npm writes it last, so it stands for a finished install
  if (!existsSync(resolve(ROOT, installedPath))) return 'nothing is installed yet'
  const wanted = readJson('package-lock.json').packages
  const installed = readJson(installedPath).packages
  const declared = readJson('package.json')
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    if (!isDeepStrictEqual(declared[kind] ?? {}, wanted[''][kind] ?? {})) return 'package.json has changed'
  }
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || (optional && installed[path] === undefined)) continue // optional: made for another platform
    if (installed[path]?.version !== version) return `${path} is not ${version}`
  }
  const isOld = Number.parseInt(process.versions.node, 10) < NODE_MAJOR_FOR_SOURCES
  if (isOld && !existsSync(resolve(ROOT, 'node_modules/node/bin'))) return `Node ${NODE_MAJOR_FOR_SOURCES} is missing`
  return undefined
}

/** Runs npm in the foreground; resolves to its exit code. Ctrl-C reaches the child by itself and is waited for here. */
function npm(...npmArguments) {
  const npmProgram = process.env.npm_execpath
  const [program, first] = npmProgram ? [process.execPath, [npmProgram]] : ['npm', []]
  const child = spawn(program, [...first, ...npmArguments], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: !npmProgram && process.platform === 'win32',
  })
  const waitForChild = () => {}
  const passOn = () => child.kill('SIGTERM')
  process.on('SIGINT', waitForChild)
  process.on('SIGTERM', passOn)
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', (code, signal) => {
      process.off('SIGINT', waitForChild)
      process.off('SIGTERM', passOn)
      done(code ?? 128 + constants.signals[signal])
    })
  })
}

async function installNodeModules() {
  const reason = reasonToInstall()
  if (reason === undefined) return 0
  process.stderr.write(`npm ci: ${reason}; a first install takes about ten seconds.\n`)
  return await npm('ci', '--loglevel=error')
}

const commandLine = process.argv.slice(2)
const withDebian = commandLine[0] === '--debian'
const [script, ...scriptArguments] = withDebian ? commandLine.slice(1) : commandLine

const installCode = await installNodeModules()
if (installCode !== 0) {
  process.stderr.write('bootstrap: npm ci failed (above). Mend that, or run `npm ci` by hand, then try again.\n')
  process.exit(installCode)
}
if (withDebian) await installDebianPackages()
process.exitCode = await npm('run', '--silent', script, '--', ...scriptArguments)
