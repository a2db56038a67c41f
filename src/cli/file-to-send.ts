import { openAsBlob } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../platform/error-code';
import { Failure } from './failure';

/** A file, which is read while it is sent, and its first bytes. @throws Failure when it cannot be read */
export async function fileToSend(path: string): Promise<{ readonly file: Blob; readonly head: Uint8Array }> {
  try {
    return { head: await firstBytes(path), file: await openAsBlob(path) };
  } catch (error) {
    throw new Failure(`The file ${path} cannot be read (${codeOf(error) || String(error)}).`);
  }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
