// Code that means harm, on both levels: what is refused, how it is told, and that no process is left. The table in docs/sandbox.md is this file's.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PythonRunner } from '@/server/ports/python-runner'
import { createPythonRunner } from './create-python-runner'
import { findPython } from './find-python'
import { alive, descendantsOf, kinOf } from './live-processes.suite'

const dataDir = mkdtempSync(join(tmpdir(), 'heddle-hostile-'))
chmodSync(dataDir, 0o777)
writeFileSync(join(dataDir, 'secret'), 'hidden', { mode: 0o666 })

const root = process.getuid?.() === 0

const sandbox = await createPythonRunner({ allow: 'sandbox', hidden: [dataDir] })
const belt = await createPythonRunner({ allow: 'seatbelt', bwrap: [] })
const python = await findPython()
// By what the machine can do, not by what the runner found: a guard that is missing must fail here, not skip.
const canUnshare = spawnSync('/usr/bin/bwrap', ['--unshare-all', '--ro-bind', '/', '/', '/bin/true']).status === 0

// What the code goes for: servers that would take it in, and a process that stands for any other on the machine.
const tcp = createServer((socket) => socket.destroy())
const unix = createServer((socket) => socket.destroy())
const udp = createSocket('udp4')
let victim: ChildProcess

beforeAll(async () => {
  await Promise.all([
    new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve)),
    new Promise<void>((resolve) => unix.listen(join(dataDir, 'socket'), resolve)),
    new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve)),
  ])
  chmodSync(join(dataDir, 'socket'), 0o777)
  // Of the same user as the code, so that nothing but the guard is in the way.
  victim = spawn('sleep', ['600'], { stdio: 'ignore', ...(root && { uid: 65_534, gid: 65_534 }) })
})
afterAll(() => {
  tcp.close()
  unix.close()
  udp.close()
  victim.kill('SIGKILL')
  rmSync(dataDir, { recursive: true })
})

/** Where the code finds what it goes for. */
const aims = () => ({
  secret: join(dataDir, 'secret'), folder: dataDir, unix: join(dataDir, 'socket'), server: process.pid, victim: victim.pid!,
  tcp: (tcp.address() as { port: number }).port, udp: udp.address().port,
})

type Told = { code: string; says: RegExp }
const raises = (says: RegExp): Told => ({ code: 'PYTHON_ERROR', says })
const absent = raises(/FileNotFoundError/)
const denied = raises(/PermissionError|Operation not permitted/)
const readOnly = raises(/Read-only file system/)
const nobodyThere = raises(/ProcessLookupError/)
const tooSlow = { code: 'PYTHON_TIMEOUT', says: /longer than 500 ms/ }
const tooMuch = { code: 'PYTHON_OUTPUT_TOO_LARGE', says: /bytes/ }

/**
 * `belt`: how the seat belt tells of it, or `gap` where it lets it happen. `plain`: harmless enough to be seen to succeed in a
 * Python that nothing holds; without that a row could pass because the attack itself is broken.
 */
type Row = [name: string, code: string, sandbox: Told, belt: Told | 'gap', plain: boolean]

const rows: Row[] = [
  ['reads /etc/passwd', 'open("/etc/passwd").read()', absent, 'gap', true],
  ['reads the data folder', 'open(aims["secret"]).read()', absent, 'gap', true],
  // Many machines keep the first process's environment even from root: the row after it has the control for both.
  ['reads /proc/1/environ', 'open("/proc/1/environ").read()', absent, denied, false],
  ['reads the environment of the server', 'open("/proc/%d/environ" % aims["server"]).read()', absent, root ? denied : 'gap', true],
  ['reads a variable of the environment', 'os.environ["HOME"]', raises(/KeyError/), raises(/KeyError/), true],
  ['follows a link into the data folder', 'os.symlink(aims["secret"], scratch + "/link")\nopen(scratch + "/link").read()', absent, 'gap', true],
  ['climbs out by ..', 'open("/tmp/../../../.." + aims["secret"]).read()', absent, 'gap', true],
  ['looks for a descriptor of the server', 'def is_open(n):\n  try: return os.fstat(n)\n  except OSError: return None\n[n for n in range(4, 128) if is_open(n)][0]', raises(/IndexError/), raises(/IndexError/), false],
  ['writes into the data folder', 'open(aims["folder"] + "/written", "w").write("x")', absent, 'gap', true],
  ['writes into Python itself', 'open(os.__file__, "a")', readOnly, denied, root],
  ['writes to the root', 'open("/written", "x")\nos.remove("/written")', readOnly, denied, root],
  ['fills the disk', 'folder = aims["folder"] if os.path.isdir(aims["folder"]) else scratch\nfor n in range(70): open("%s/%d" % (folder, n), "wb").write(bytes(1024 * 1024))', raises(/No space left/), 'gap', true],
  ['writes one huge file', 'open(scratch + "/huge", "wb").truncate(1024 ** 3)', raises(/File too large/), raises(/File too large/), true],
  ['connects by TCP', 'socket.create_connection(("127.0.0.1", aims["tcp"]))', denied, denied, true],
  ['sends by UDP', 'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", aims["udp"]))', denied, denied, true],
  ['connects by a unix socket', 'socket.socket(socket.AF_UNIX).connect(aims["unix"])', denied, denied, true],
  ['forks', 'os.fork() or os._exit(0)', denied, denied, true],
  ['forks past Python', 'pid = libc.fork()\nif pid == 0: os._exit(0)\nif pid < 0: complain()', denied, denied, true],
  ['fork bomb', 'while True: os.fork()', denied, denied, false],
  ['starts a program', 'subprocess.run(["/bin/sh", "-c", "true"], check=True)', denied, denied, true],
  ['thread bomb', 'threading.stack_size(32768)\nwhile True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()', raises(/RuntimeError|MemoryError/), raises(/RuntimeError|MemoryError/), false],
  ['memory bomb', 'kept = []\nwhile True: kept.append(bytearray(10_000_000))', raises(/MemoryError/), raises(/MemoryError/), false],
  ['memory that is no heap', 'mmap.mmap(-1, 2 * 1024 ** 3)', raises(/Cannot allocate memory/), raises(/Cannot allocate memory/), true],
  ['memory that is a file', 'os.memfd_create("x")', denied, denied, true],
  ['raises its limits', 'resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))', raises(/ValueError/), raises(/ValueError/), root],
  ['loops for ever', 'while True: pass', tooSlow, tooSlow, false],
  ['sleeps for ever, deaf to signals', 'for n in range(1, 65):\n  try: signal.signal(n, signal.SIG_IGN)\n  except (OSError, ValueError): pass\nwhile True: time.sleep(60)', tooSlow, tooSlow, false],
  ['prints for ever', 'while True: print("x" * 65536)', tooMuch, tooMuch, false],
  ['complains for ever', 'while True: print("x" * 65536, file=sys.stderr)', tooMuch, tooMuch, false],
  ['answers for ever', 'while True: os.write(3, b"x" * 65536)', tooMuch, tooMuch, false],
  ['signals another process', 'os.kill(aims["victim"], signal.SIGCONT)', nobodyThere, denied, true],
  ['signals the server', 'os.kill(aims["server"], 0)', nobodyThere, denied, true],
  // Signal 0 asks for the right to send and sends nothing: were the guard gone, the machine would outlive the test.
  ['signals everybody', 'os.kill(-1, 0)', nobodyThere, denied, true],
  ['traces another process', 'if libc.ptrace(16, aims["victim"], 0, 0) != 0: complain()', denied, denied, root],
  ['becomes root', 'os.setuid(0)', raises(/Invalid argument/), denied, root],
  ['makes a user namespace', 'if libc.unshare(0x10000000) != 0: complain()', denied, denied, root],
  ['changes its root', 'os.chroot("/tmp")', denied, denied, root],
  ['mounts', 'if libc.mount(b"none", scratch.encode(), b"tmpfs", 0, None) != 0: complain()', denied, denied, false],
]

const PRELUDE = `import ctypes, mmap, os, resource, signal, socket, subprocess, sys, tempfile, threading, time
libc = ctypes.CDLL(None, use_errno=True)
scratch = tempfile.mkdtemp(dir=aims["folder"] if os.path.isdir(aims["folder"]) else "/tmp")
def complain(): raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
`
/** Stands still until the test has seen which processes there are; the signal may come before the wait. */
const STAND_STILL = `signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print("up", flush=True)
signal.sigwait({signal.SIGUSR1})
`

/** Runs the code, and hands back how it ended and what of it is left. */
async function attack(runner: PythonRunner, code: string, wallMs = 20_000) {
  let left: (() => number[]) | undefined
  const onText = () => {
    if (left) return
    const begun = descendantsOf(process.pid).filter((pid) => pid !== victim.pid)
    left = kinOf(begun)
    process.kill(begun.at(-1)!, 'SIGUSR1')
  }
  const job = { code: `aims = input\n${PRELUDE}${STAND_STILL}${code}\noutput = "did"`, packages: [], scope: { input: aims(), steps: {}, memory: {}, run: {} }, wallMs }
  const end = await runner.run(job, { signal: new AbortController().signal, onText }).then(({ output }) => ({ output }), (error: unknown) => ({ error }))
  return { end, left: left! }
}

async function refused(runner: PythonRunner, code: string, { code: expected, says }: Told) {
  const { end, left } = await attack(runner, code, expected === 'PYTHON_TIMEOUT' ? 500 : undefined)
  expect(end).toMatchObject({ error: { code: expected, retryable: false, message: expect.stringMatching(says) as string } })
  await expect.poll(left).toEqual([])
  expect(alive([victim.pid!])).toEqual([victim.pid])
}

describe.runIf(canUnshare)('in the sandbox', () => {
  test.each(rows)('%s: refused, and nothing is left', (_name, code, told) => refused(sandbox, code, told))
})

describe.runIf(process.platform === 'linux' && python)('with the seat belt', () => {
  test.each(rows.flatMap(([name, code, , told]) => (told === 'gap' ? [] : [[name, code, told] as const])))('%s: refused, and nothing is left', (_name, code, told) => refused(belt, code, told))
  test.each(rows.filter(([, , , told]) => told === 'gap'))('%s: not refused, as the table says', async (_name, code) => {
    const { end, left } = await attack(belt, code)
    expect(end).toEqual({ output: 'did' })
    await expect.poll(left).toEqual([])
  })
})

describe.runIf(python)('held by nothing, so that a row cannot pass because its attack is broken', () => {
  test.each(rows.filter(([, , , , plain]) => plain))('%s: it does', (_name, code) => {
    const given = `import json\naims = json.loads(${JSON.stringify(JSON.stringify(aims()))})\n`
    const { status, stderr } = spawnSync(python!.binary, ['-I', '-c', `${given}${PRELUDE}${code}`], { encoding: 'utf8', env: { HOME: '/' } as unknown as NodeJS.ProcessEnv })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
