// `npm start`: builds what has changed, then runs the service.
import { run } from './run.mjs';

await run('main.js');
