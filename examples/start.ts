process.stdout.write('Sluice is built.\n')
