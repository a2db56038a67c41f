import 'reflect-metadata';
import { run } from './cli/run';

// Whoever reads only the beginning (`| head`) has had enough: no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void run(process.argv.slice(2)).then((code) => (process.exitCode = code));
