process.stderr.write('preloaded\n');
