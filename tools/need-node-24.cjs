/**
 * Loaded before the sources of the command line (`node --require`), so that an old Node says what to do instead of
 * "Unknown file extension .ts".
 */
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `sluice: expected Node 24 or later to run the sources, got ${process.versions.node} (${process.execPath}).\n` +
      'Run `npm ci` first: it brings Node 24 for the scripts of this checkout.\n',
  )
  process.exit(1)
}
