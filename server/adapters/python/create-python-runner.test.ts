import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import type { PythonJob, PythonRunner } from '@/server/ports/python-runner'
import { createPythonRunner } from './create-python-runner'
import { findPython } from './find-python'
import { alive, descendantsOf } from './live-processes.suite'
import { PYTHON_HARNESS } from './python-harness'
import { runPythonProcess } from './python-process'
import { readAnswer } from './read-answer'
import { sandboxCommand, seatbeltCommand } from './sandbox-command'
import { seccompFilter } from './seccomp-filter'

const scope = { input: null as Json, steps: {}, memory: {}, run: { id: 'run_1' } }
const dataDir = mkdtempSync(join(tmpdir(), 'heddle-python-'))
writeFileSync(join(dataDir, 'secret'), 'hidden', { mode: 0o644 })
process.env.HEDDLE_TEST_SECRET = 'leaked'

const sandbox = await createPythonRunner({ allow: 'sandbox', hidden: [dataDir] })
const belt = await createPythonRunner({ allow: 'seatbelt', bwrap: [] })
const held = sandbox.report().level === 'sandbox'

type Options = { runner?: PythonRunner; signal?: AbortSignal; onText?: (text: string) => void }

function run(code: string, more: Partial<PythonJob> = {}, { runner = held ? sandbox : belt, signal = new AbortController().signal, onText = () => undefined }: Options = {}) {
  return runner.run({ code, packages: [], scope, ...more }, { signal, onText })
}
const outputOf = async (code: string, more: Partial<PythonJob> = {}) => (await run(code, more)).output
/** What an expression raises, by the name of its class. */
const raised = (statement: string) => outputOf(`try:\n  ${statement}\n  output = "did"\nexcept BaseException as error:\n  output = type(error).__name__`)

test('a sandbox that is not there is told, and runs nothing', async () => {
  const bare = await createPythonRunner({ allow: 'sandbox', bwrap: [] })
  expect(bare.report()).toMatchObject({ level: 'none', message: expect.stringContaining('bubblewrap is not installed') as string })
  await expect(run('output = 1', {}, { runner: bare })).rejects.toMatchObject({ code: 'PYTHON_NO_SANDBOX', retryable: false, hint: expect.stringContaining('apt-get install bubblewrap') as string })
})

test('a bubblewrap that cannot do its work is no sandbox', async () => {
  const broken = await createPythonRunner({ allow: 'sandbox', bwrap: ['/bin/false'] })
  expect(broken.report()).toMatchObject({ level: 'none', message: expect.stringContaining('does not work here') as string })
  // One that runs the code without shutting it in does not count either.
  const pretends = join(dataDir, 'bwrap')
  writeFileSync(pretends, '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done; shift\nexec "$@"\n', { mode: 0o755 })
  expect((await createPythonRunner({ allow: 'sandbox', bwrap: [pretends] })).report().level).toBe('none')
})

test('off is off', async () => {
  const off = await createPythonRunner({ allow: 'off' })
  await expect(run('output = 1', {}, { runner: off })).rejects.toMatchObject({ code: 'PYTHON_OFF', retryable: false })
})

test('an environment without Python is named', async () => {
  const none = await createPythonRunner({ allow: 'seatbelt', environment: '/nowhere' })
  expect(none.report().message).toContain('/nowhere')
})

describe('what goes in and comes out', () => {
  test('input, steps and run are there', async () => {
    const given = { input: { n: [1, 2.5, null, true] }, steps: { plan: { output: { text: 'x' } } }, memory: { a: 1 }, run: { id: 'run_1' } }
    expect(await outputOf('output = [input["n"], steps["plan"]["output"]["text"], memory["a"], run["id"]]', { scope: given })).toEqual([[1, 2.5, null, true], 'x', 1, 'run_1'])
  })

  test('Korean text, on every way', async () => {
    const result = await run('import sys\nprint("안녕", input)\nprint("경고", file=sys.stderr)\noutput = {"인사": input + "하세요 🙂"}', { scope: { ...scope, input: '안녕' } })
    expect(result).toEqual({ output: { 인사: '안녕하세요 🙂' }, stdout: '안녕 안녕\n', stderr: '경고\n' })
  })

  test('what is printed comes while the code runs, and never ends up in the result', async () => {
    const pieces: string[] = []
    const result = await run('print("one", flush=True)\noutput = None', {}, { onText: (text) => pieces.push(text) })
    expect(pieces.join('')).toBe('one\n')
    expect(result.output).toBeNull()
  })

  test('tuples are lists', async () => expect(await outputOf('output = (1, (2,))')).toEqual([1, [2]]))

  test.each([
    ['a set', 'output = {1}', /type set/],
    ['not a number', 'output = {"a": [float("nan")]}', /output\['a'\]\[0\] is nan/],
    ['infinity', 'output = float("-inf")', /-inf/],
    ['a number too large for JSON', 'output = 10 ** 400', /too large/],
    ['a key that is no text', 'output = {1: 2}', /key 1/],
    ['half a character', 'output = "\\ud800"', /lone surrogate/],
    ['too deep', 'output = []\nfor _ in range(100000): output = [output]', /levels deep/],
    ['itself', 'output = []\noutput.append(output)', /levels deep/],
    ['a document of depth, past the harness', 'import os\nos.write(3, b"[" * 200000)\nos._exit(0)', /levels deep/],
    ['no JSON, past the harness', 'import os\nos.write(3, b"hello")\nos._exit(0)', /no JSON/],
    ['an infinite number, past the harness', 'import os\nos.write(3, b\'{"kind":"done","output":1e999}\')\nos._exit(0)', /no JSON/],
  ])('refused: %s', async (_name, code, message) => {
    await expect(run(code)).rejects.toMatchObject({ code: 'PYTHON_BAD_OUTPUT', retryable: false, message: expect.stringMatching(message) as string })
  })

  test('output that was never set', () => expect(run('x = 1')).rejects.toMatchObject({ code: 'PYTHON_NO_OUTPUT', retryable: false }))
  test('too large a result', () => expect(run('output = "x" * 6_000_000')).rejects.toMatchObject({ code: 'PYTHON_OUTPUT_TOO_LARGE', retryable: false }))
  test('1 GB on stdout', () => expect(run('for _ in range(1024): print("x" * 1024 * 1024)\noutput = 1')).rejects.toMatchObject({ code: 'PYTHON_OUTPUT_TOO_LARGE', retryable: false }))

  test('printed text is kept up to a limit that is told', async () => {
    const { stdout } = await run('print("가" * 100_000)\noutput = 1')
    expect(stdout).toMatch(/^가+\n… \d+ more bytes$/)
    expect(stdout.length).toBeLessThan(70_000)
  })
})

describe('what the code does wrong', () => {
  test('an exception, by the line of the user’s code', async () => {
    const error = await run('def f(x):\n  return 1 / x\n\noutput = f(0)').catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ code: 'PYTHON_ERROR', retryable: false })
    expect((error as Error).message).toMatch(/^Line 2: ZeroDivisionError: division by zero/)
    expect((error as Error).message).toContain('return 1 / x')
    expect((error as Error).message).not.toContain('<string>')
  })
  test('a syntax error', () => expect(run('x = 1\nif x\n  pass')).rejects.toMatchObject({ code: 'PYTHON_ERROR', message: expect.stringMatching(/^Line 2: SyntaxError/) as string }))
  test('a package that is not there, and where it belongs', () => expect(run('import no_such_package')).rejects.toMatchObject({ code: 'PYTHON_ERROR', hint: expect.stringContaining('HEDDLE_PYTHON_ENV') as string }))
  test('exit', () => expect(run('import sys\nsys.exit(3)')).rejects.toMatchObject({ code: 'PYTHON_ERROR', message: expect.stringMatching(/^Line 2: SystemExit: 3/) as string }))
  test('ending the process', () => expect(run('import os\nos._exit(0)')).rejects.toMatchObject({ code: 'PYTHON_ENDED', retryable: false }))
  test('endless recursion', () => expect(run('def f(): f()\nf()')).rejects.toMatchObject({ code: 'PYTHON_ERROR', message: expect.stringContaining('RecursionError') as string }))
  test('an endless loop', () => expect(run('while True: pass', { wallMs: 300 })).rejects.toMatchObject({ code: 'PYTHON_TIMEOUT', retryable: false }))
  test('a package that is not there', () => expect(run('output = 1', { packages: ['json', 'no-such-package'] })).rejects.toMatchObject({ code: 'PYTHON_PACKAGE_MISSING', retryable: false, message: 'Not installed: no-such-package' }))
  test('no environment gets in', async () => expect(await outputOf('import os\noutput = [key for key in os.environ if key not in ("LC_CTYPE", "PWD")]')).toEqual([]))
  test('a memory bomb', async () => expect(await raised('x = bytearray(4 * 1024 ** 3)')).toBe('MemoryError'))
})

test.each([['sandbox', sandbox], ['seatbelt', belt]] as const)('an attempt that is cancelled leaves no process behind: %s', async (level, runner) => {
  if (runner.report().level !== level || process.platform !== 'linux') return
  const cancel = new AbortController()
  let begun: number[] = []
  const running = run('print("at work", flush=True)\nwhile True: pass', {}, {
    runner, signal: cancel.signal,
    onText: () => {
      begun = descendantsOf(process.pid)
      cancel.abort(new Error('cancelled'))
    },
  })
  await expect(running).rejects.toThrow('cancelled')
  expect(begun.length).toBeGreaterThan(0)
  await expect.poll(() => alive(begun)).toEqual([])
})

/** Starts a command as the runner does, in a process of its own that a test can kill. */
const SERVER = `
const { file, args, filter, stdin } = JSON.parse(process.argv[1])
const child = require('node:child_process').spawn(file, args, { env: {}, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'inherit', 'pipe', 'pipe'] })
child.stdio[4].on('error', () => {}).end(Buffer.from(filter, 'base64'))
child.stdin.end(stdin)
child.stdout.once('data', () => process.stdout.write('up'))
`

test.runIf(process.platform === 'linux').each(['sandbox', 'seatbelt'] as const)('a killed server leaves no process behind: %s', async (level) => {
  const python = await findPython()
  if ((level === 'sandbox' ? sandbox : belt).report().level !== level || !python) return
  const source = PYTHON_HARNESS
  const command = level === 'sandbox' ? sandboxCommand({ bwrap: '/usr/bin/bwrap', python, disableUserns: false, hidden: [], source }) : seatbeltCommand(python, source)
  const stdin = JSON.stringify({ code: 'print("up", flush=True)\nwhile True: pass', packages: [], paths: [], scope: {}, seatbelt: level === 'seatbelt', filter: '', depth: 9, limits: { RLIMIT_CPU: 60 } })
  const server = spawn(process.execPath, ['-e', SERVER, JSON.stringify({ ...command, filter: seccompFilter()?.toString('base64') ?? '', stdin })], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => server.stdout.once('data', resolve))
  const begun = descendantsOf(server.pid!)
  expect(begun.length).toBeGreaterThan(0)
  server.kill('SIGKILL')
  await expect.poll(() => alive(begun)).toEqual([])
})

test('what waits for its turn can be cancelled, and gives way', async () => {
  const one = await createPythonRunner({ allow: 'seatbelt', atOnce: 1 })
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
  const running = run('while True: pass', {}, { runner: one, signal: first.signal })
  const waiting = run('output = 2', {}, { runner: one, signal: second.signal })
  const after = run('output = 3', {}, { runner: one, signal: third.signal })
  second.abort(new Error('left'))
  await expect(waiting).rejects.toThrow('left')
  first.abort(new Error('ended'))
  await expect(running).rejects.toThrow('ended')
  expect((await after).output).toBe(3)
})

describe.runIf(held)('in the sandbox', () => {
  test.each([
    ['reads /etc/passwd', 'open("/etc/passwd")', 'FileNotFoundError'],
    ['reads the data folder', `open(${JSON.stringify(join(dataDir, 'secret'))})`, 'FileNotFoundError'],
    ['reads the home folder', 'import os; os.listdir("/root")', 'FileNotFoundError'],
    ['looks at other processes', 'import os; os.listdir("/proc")', 'FileNotFoundError'],
    ['opens a socket', 'import socket; socket.socket()', 'PermissionError'],
    ['forks', 'import os; os.fork()', 'PermissionError'],
    ['starts a program', 'import subprocess; subprocess.run(["/bin/sh", "-c", "true"])', 'PermissionError'],
    ['writes outside /tmp', 'open("/usr/lib/x", "w")', 'OSError'],
    ['writes to the root', 'open("/x", "w")', 'OSError'],
    ['writes to /dev', 'open("/dev/x", "w")', 'OSError'],
    ['fills /tmp', '[open("/tmp/%d" % n, "wb").write(b"x" * 10_000_000) for n in range(20)]', 'OSError'],
    ['makes a user namespace', 'import ctypes; libc = ctypes.CDLL(None, use_errno=True); n = libc.unshare(0x10000000); assert n == 0', 'AssertionError'],
    ['raises its limits', 'import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))', 'ValueError'],
  ])('%s: no', async (_name, statement, error) => expect(await raised(statement)).toBe(error))

  test('writes to /tmp, which the next call does not see', async () => {
    expect(await outputOf('open("/tmp/x", "w").write("a")\noutput = open("/tmp/x").read()')).toBe('a')
    expect(await raised('open("/tmp/x")')).toBe('FileNotFoundError')
  })
  test('threads work', async () => expect(await outputOf('import threading\nfound = []\nt = threading.Thread(target=lambda: found.append(1))\nt.start(); t.join()\noutput = found')).toEqual([1]))
  test('has no process but its own to kill', async () => {
    expect(await outputOf('import os\ntry: os.kill(os.getppid(), 9)\nexcept OSError: pass\noutput = [os.getpid(), os.getppid()]')).toEqual([2, 1])
    expect(process.pid).toBeGreaterThan(2)
  })
  test('a data folder inside a library folder stays invisible', async () => {
    const inside = readdirSync('/usr/lib', { withFileTypes: true }).find((entry) => entry.isDirectory() && readdirSync(join('/usr/lib', entry.name)).length > 0 && !entry.name.includes('linux') && !entry.name.startsWith('python'))!
    const hides = await createPythonRunner({ allow: 'sandbox', hidden: [join('/usr/lib', inside.name)] })
    expect((await run(`import os\noutput = os.listdir("/usr/lib/${inside.name}")`, {}, { runner: hides })).output).toEqual([])
  })
})

describe.runIf(belt.report().level === 'seatbelt')('with the seat belt only', () => {
  test('it says what it is not', () => expect(belt.report().message).toContain('no sandbox (bubblewrap is not installed): code can read files'))
  test('code runs, without the environment', async () => expect((await run('import os\noutput = "HEDDLE_TEST_SECRET" in os.environ', {}, { runner: belt })).output).toBe(false))
  test.runIf(process.getuid?.() === 0)('it is nobody, and cannot kill the server', async () => {
    expect((await run('import os\ntry:\n  os.kill(os.getppid(), 0)\n  output = "could"\nexcept PermissionError:\n  output = os.getuid()', {}, { runner: belt })).output).toBe(65_534)
  })
  test('what code leaves running ends with it, where no filter keeps it from starting a program', async () => {
    const code = 'import subprocess, sys\noutput = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid'
    const stdin = JSON.stringify({ code, packages: [], paths: [], scope: {}, seatbelt: true, filter: '', depth: 9, limits: { RLIMIT_CPU: 60 } })
    const { answer } = await runPythonProcess({ command: seatbeltCommand((await findPython())!, PYTHON_HARNESS), filter: undefined, identity: {}, stdin, wallMs: 10_000 }, { signal: new AbortController().signal, onText: () => undefined })
    await expect.poll(() => alive([Number(readAnswer(answer))])).toEqual([])
  })
})

// Without this, a sandbox that broke would only make the tests above be skipped.
const canUnshare = spawnSync('/usr/bin/bwrap', ['--unshare-all', '--ro-bind', '/', '/', '/bin/true']).status === 0
test.runIf(canUnshare)('where bubblewrap works, it is used', () => expect(sandbox.report()).toMatchObject({ level: 'sandbox', message: expect.stringContaining('bubblewrap') as string }))

test('there is a Python to test with', () => expect(existsSync('/usr/bin/python3') || existsSync('/usr/local/bin/python3')).toBe(true))
