import { existsSync, readlinkSync } from 'node:fs'
import { sep } from 'node:path'
import type { Python } from './find-python'

export type Command = { file: string; args: string[] }

/** Descriptor on which bubblewrap reads the seccomp program. */
const FILTER_FD = 4
const TMP_BYTES = 64 * 1024 * 1024
/** -I: no environment, no user's packages, no folder of the code on the path. */
const FLAGS = ['-I', '-B', '-X', 'utf8']
/** Where the C library and what it loads lies; on merged-/usr systems the short ones are links. */
const LIBRARIES = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/etc/ld.so.cache']
const DEVICES = ['/dev/null', '/dev/zero', '/dev/urandom']

/**
 * Python under bubblewrap: every namespace of its own, no capability, no network, a read-only root that holds the interpreter
 * and its libraries and nothing else (no /proc, no /etc, no home), 64 MiB of private /tmp, an empty environment.
 * @param hidden folders that stay invisible even where they lie inside a library folder
 */
export function sandboxCommand({ bwrap, python, disableUserns, hidden, source }: { bwrap: string; python: Python; disableUserns: boolean; hidden: readonly string[]; source: string }): Command {
  const shown = [...LIBRARIES, ...python.libraries, ...python.packages, python.binary].filter((path, index, all) => existsSync(path) && all.indexOf(path) === index)
  const args = [
    '--unshare-user', '--unshare-all', ...(disableUserns ? ['--disable-userns'] : []), '--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--clearenv',
    '--uid', '65534', '--gid', '65534', '--hostname', 'sandbox',
    ...shown.flatMap((path) => {
      const link = linkOf(path)
      return link === undefined ? ['--ro-bind', path, path] : ['--symlink', link, path]
    }),
    ...DEVICES.flatMap((path) => ['--dev-bind', path, path]),
    ...hidden.filter((folder) => existsSync(folder) && shown.some((path) => folder === path || folder.startsWith(path + sep))).flatMap((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
    '--size', String(TMP_BYTES), '--tmpfs', '/tmp', '--remount-ro', '/', '--chdir', '/tmp', '--seccomp', String(FILTER_FD),
    '--', python.binary, ...FLAGS, '-c', source,
  ]
  return { file: bwrap, args }
}

export function seatbeltCommand(python: Python, source: string): Command {
  return { file: python.binary, args: [...FLAGS, '-c', source] }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
