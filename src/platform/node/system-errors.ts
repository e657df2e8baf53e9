/** What the system's errors mean for whoever gave a path. */
import { DataError } from '../../errors/errors.ts'

/** What each code of the system means for the user, and what to do. */
const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['no such file or folder', 'Check the path, and make its folder if that is missing.'],
  ENOTDIR: ['a path through something that is no folder', 'Check the path.'],
  EISDIR: ['a folder', 'Give the path of a file in it.'],
  EACCES: ['no permission', 'Change the permissions of the file or its folder, or choose another path.'],
  EPERM: ['no permission', 'Change the permissions of the file or its folder, or choose another path.'],
  EROFS: ['a file system that is read-only', 'Choose a path on another one.'],
  ENOSPC: ['a disk that is full', 'Free some space, or choose a path on another disk.'],
  EDQUOT: ['a quota that is used up', 'Free some space, or choose a path on another disk.'],
  EMFILE: ['too many open files', 'Close other programs or raise the limit (ulimit -n).'],
  ENAMETOOLONG: ['a name that is too long', 'Choose a shorter one.'],
  ERR_FS_FILE_TOO_LARGE: ['a file of more than 2 GiB', 'Split it into smaller ones.'],
}

/** An error that is no `SluiceError` of its own gets the file's name and the advice for its code. */
export function explained(path: string, expected: string, cause: unknown): DataError {
  const { code, message } = cause as NodeJS.ErrnoException
  const [got, advice] = REASONS[code ?? ''] ?? [message, 'Check the path and the disk.']
  return new DataError(
    `${path}: expected ${expected}, got ${got}${code === undefined ? '' : ` (${code})`}. ${advice}`,
    {
      cause,
    },
  )
}
