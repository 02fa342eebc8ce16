import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** An interpreter and where its code lies: the binary itself, its standard library, the packages of the environment. */
export type Python = { binary: string; version: string; libraries: string[]; packages: string[] }

const LOOK = `
import json, os, sys, sysconfig
base = sys.base_prefix
libs = [os.path.join(base, name) for name in ("lib", "lib64")] if base != "/usr" else []
print(json.dumps({
  "binary": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable), "version": "%d.%d.%d" % sys.version_info[:3],
  "libraries": [os.path.realpath(path) for path in libs + [sysconfig.get_paths()["stdlib"]] if os.path.isdir(path)],
  "packages": sorted({os.path.realpath(sysconfig.get_paths()[key]) for key in ("purelib", "platlib")}) if sys.prefix != base else [],
}))`

/** @param environment folder of a virtual environment whose packages may be imported; left out: the system's Python as it is */
export async function findPython(environment?: string): Promise<Python | undefined> {
  const candidates = environment === undefined ? ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'] : [join(environment, 'bin', 'python3')]
  for (const candidate of candidates) {
    if (!existsSync(candidate)) continue
    const told = await answerOf(candidate, ['-I', '-c', LOOK])
    if (told !== undefined) return JSON.parse(told) as Python
  }
  return undefined
}

/** Nothing of the server's environment. (Next's types want NODE_ENV in every environment.) */
export const NO_ENVIRONMENT = {} as NodeJS.ProcessEnv

/** What a program prints, or undefined where it is missing, fails or hangs. Never through a shell. */
export function answerOf(file: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000, killSignal: 'SIGKILL', env: NO_ENVIRONMENT }, (error, stdout) => resolve(error ? undefined : stdout))
  })
}
