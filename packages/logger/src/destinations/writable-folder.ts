import { accessSync, constants } from 'node:fs';
import { makeFolder } from '@sightline/errors';

/**
 * @param mkdir whether it is made where it is missing
 * @throws the error of the file system when it cannot be made, or written to
 */
export function ensureWritableFolder(folder: string, mkdir: boolean): void {
  if (mkdir) makeFolder(folder);
  accessSync(folder, constants.W_OK);
}
