import { existsSync } from 'node:fs';
import path from 'node:path';

/** Real dumps are third-party data and not part of the repository: `REGISTRY_DATA` names the folder that has them. */
const folder = process.env.REGISTRY_DATA ?? path.join(__dirname, '../../../shared/data');

export const dataFile = (name: string) => path.join(folder, name);

const required = process.env.REGISTRY_DATA_REQUIRED === '1';

/** Like `describe`, skipped where one of the files is not there; with REGISTRY_DATA_REQUIRED=1 it runs, and fails for want of it. */
export const describeWithData = (title: string, files: readonly string[], specs: () => void) =>
  (required || files.every((file) => existsSync(dataFile(file))) ? describe : describe.skip)(title, specs);
