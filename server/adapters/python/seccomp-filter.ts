/** System calls refused to user code, by the numbers of each processor family. */
type Calls = { audit: number; refused: readonly number[]; onOthers: readonly number[]; clone: number; clone3: number }

// In this order: fork, vfork (x86 only); socket; unshare, setns, mount, umount2, pivot_root, chroot; ptrace, process_vm_readv/writev;
// bpf, keyctl, add_key, request_key, userfaultfd, perf_event_open; open_by_handle_at; memfd_create, shmget, msgget, semget, mq_open
// (memory outside RLIMIT_AS); kexec_load, init_module, finit_module, delete_module; then io_uring and the newer mount calls, which share numbers.
// `onOthers`: kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal, pidfd_open, prlimit64, setpriority.
const SHARED = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442]
const CALLS: Partial<Record<NodeJS.Architecture, Calls>> = {
  x64: {
    audit: 0xc000003e, clone: 56, clone3: 435,
    refused: [57, 58, 41, 272, 308, 165, 166, 155, 161, 101, 310, 311, 321, 250, 248, 249, 323, 298, 304, 319, 29, 68, 64, 240, 246, 175, 313, 176, ...SHARED],
    onOthers: [62, 200, 234, 129, 297, 424, 434, 302, 141],
  },
  arm64: {
    audit: 0xc00000b7, clone: 220, clone3: 435,
    refused: [198, 97, 268, 40, 39, 41, 51, 117, 270, 271, 280, 219, 217, 218, 282, 241, 265, 279, 194, 186, 190, 180, 104, 105, 273, 106, ...SHARED],
    onOthers: [129, 130, 131, 138, 240, 424, 434, 261, 140],
  },
}

const LOAD = 0x20
const IF_EQUAL = 0x15
const IF_AT_LEAST = 0x35
const IF_SET = 0x45
const RETURN = 0x06
const ALLOW = 0x7fff0000
const KILL = 0x80000000
const EPERM = 0x00050001
const ENOSYS = 0x00050026
const CLONE_THREAD = 0x00010000
/** x32 calls carry this bit; they would pass by the numbers above. */
const X32 = 0x40000000
const OFFSET = { call: 0, audit: 4, firstArgument: 16 }

/**
 * A seccomp program (classic BPF) that leaves user code one process: threads may start, processes may not, so that the memory
 * limit of one process is the limit of all, and a fork bomb has no first fork. RLIMIT_NPROC does not bind a server that runs as root.
 * @param alone refuses what reaches other processes as well: needed where no PID namespace hides them
 * @returns undefined on processors whose numbers are not known here
 * @see https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
 */
export function seccompFilter({ alone = false, arch = process.arch }: { alone?: boolean; arch?: NodeJS.Architecture } = {}): Buffer | undefined {
  const calls = CALLS[arch]
  if (!calls) return undefined
  const lines: [code: number, then: number, otherwise: number, k: number][] = [
    [LOAD, 0, 0, OFFSET.audit],
    [IF_EQUAL, 1, 0, calls.audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, OFFSET.call],
    [IF_AT_LEAST, 0, 1, X32],
    [RETURN, 0, 0, KILL],
    // Its flags stand in memory, where a filter cannot look; "not there" makes the C library take `clone`.
    [IF_EQUAL, 0, 1, calls.clone3],
    [RETURN, 0, 0, ENOSYS],
    ...[...calls.refused, ...(alone ? calls.onOthers : [])].flatMap((call): typeof lines => [[IF_EQUAL, 0, 1, call], [RETURN, 0, 0, EPERM]]),
    [IF_EQUAL, 0, 3, calls.clone],
    [LOAD, 0, 0, OFFSET.firstArgument],
    [IF_SET, 1, 0, CLONE_THREAD],
    [RETURN, 0, 0, EPERM],
    [RETURN, 0, 0, ALLOW],
  ]
  const program = Buffer.alloc(lines.length * 8)
  lines.forEach(([code, then, otherwise, k], index) => {
    program.writeUInt16LE(code, index * 8)
    program.writeUInt8(then, index * 8 + 2)
    program.writeUInt8(otherwise, index * 8 + 3)
    program.writeUInt32LE(k, index * 8 + 4)
  })
  return program
}
