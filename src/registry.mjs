// `npm run registry -- <command>`: builds what has changed without a word, then runs the command line.
import { run } from './run.mjs';

await run('cli.js', { quiet: true });
