/** Where the answer comes back: apart from stdout, which belongs to the user's code. */
const RESULT_FD = 3

/**
 * What runs in the child before and after user code. It binds itself with limits that cannot be raised again, reads one JSON
 * document from stdin, and answers on a descriptor of its own: `ready`, then one JSON document. Everything it answers is
 * parsed with suspicion on the other side, since user code can write there too.
 */
export const PYTHON_HARNESS = String.raw`
import json, os, sys, traceback, linecache
RESULT = ${RESULT_FD}
NAME = "<code>"

def answer(value):
    data = json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    while data:
        data = data[os.write(RESULT, data):]

class BadOutput(Exception):
    pass

def plain(value, at, depth, limit):
    if depth > limit:
        raise BadOutput("%s is nested more than %d levels deep" % (at[:80], limit))
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise BadOutput("%s holds half a character (a lone surrogate)" % at)
        return str(value)
    if isinstance(value, int):
        if abs(value) > 9007199254740991:
            raise BadOutput("%s is a whole number too large for JSON; make it text with str()" % at)
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise BadOutput("%s is %r, which JSON does not have" % (at, value))
        return float(value)
    if isinstance(value, (list, tuple)):
        return [plain(item, "%s[%d]" % (at, index), depth + 1, limit) for index, item in enumerate(value)]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise BadOutput("%s has the key %r; keys have to be text" % (at, key))
        return {plain(key, "a key of " + at, depth + 1, limit + 1): plain(item, "%s[%r]" % (at, key), depth + 1, limit) for key, item in value.items()}
    raise BadOutput("%s is of type %s, which JSON does not have" % (at, type(value).__name__))

def bind(limits):
    import resource
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            pass # macOS knows no RLIMIT_AS

def die_with_parent():
    # Under bubblewrap its own option does this; the seat belt has only this.
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    import ctypes
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)

def shut(filter):
    # Under bubblewrap its own option does this.
    import base64, ctypes
    raw = ctypes.create_string_buffer(base64.b64decode(filter))
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_void_p)]
    program = Program((len(raw) - 1) // 8, ctypes.addressof(raw))
    libc = ctypes.CDLL(None)
    zero = ctypes.c_ulong(0)
    if libc.prctl(38, ctypes.c_ulong(1), zero, zero, zero) != 0 or libc.prctl(22, ctypes.c_ulong(2), ctypes.byref(program), zero, zero) != 0:
        raise OSError("no seccomp here")

def missing(packages):
    import importlib.metadata, importlib.util
    gone = []
    for name in packages:
        try:
            importlib.metadata.distribution(name)
        except Exception:
            try:
                found = importlib.util.find_spec(name.split(".")[0]) is not None
            except Exception:
                found = False
            if not found:
                gone.append(name)
    return gone

def failure(error):
    at = error.__traceback__
    while at is not None and at.tb_frame.f_code.co_filename != NAME:
        at = at.tb_next
    lines = "".join(traceback.format_exception(type(error), error, at)).rstrip().split("\n")
    line = None
    while at is not None:
        if at.tb_frame.f_code.co_filename == NAME:
            line = at.tb_lineno
        at = at.tb_next
    if line is None and isinstance(error, SyntaxError) and error.filename == NAME:
        line = error.lineno
    short = "".join(traceback.format_exception_only(type(error), error)).rstrip().split("\n")[-1]
    return {"kind": "error", "line": line, "error": short[:1000], "traceback": "\n".join(lines[-12:])[-4000:]}

def main():
    job = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    if job["seatbelt"]:
        die_with_parent()
    bind(job["limits"])
    if job["filter"]:
        shut(job["filter"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = open(0, "r", encoding="utf-8", closefd=False)
    sys.path.extend(job["paths"])
    os.write(RESULT, b"ready\n")
    gone = missing(job["packages"])
    if gone:
        return answer({"kind": "missing", "packages": gone})
    code = job["code"]
    linecache.cache[NAME] = (len(code), None, code.splitlines(True), NAME)
    names = dict(job["scope"], __name__="__main__", __builtins__=__builtins__)
    depth = job["depth"]
    del job
    try:
        exec(compile(code, NAME, "exec", dont_inherit=True), names)
    except BaseException as error:
        names.clear()
        try:
            told = failure(error)
        except BaseException:
            told = {"kind": "error", "line": None, "error": type(error).__name__, "traceback": ""}
        return answer(told)
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:
                pass
    if "output" not in names:
        return answer({"kind": "unset"})
    try:
        answer({"kind": "done", "output": plain(names["output"], "output", 0, depth)})
    except BadOutput as error:
        answer({"kind": "bad-output", "message": str(error)[:1000]})
    except (MemoryError, RecursionError) as error:
        answer({"kind": "bad-output", "message": "output is too large (%s)" % type(error).__name__})

main()
sys.stdout.flush()
os._exit(0)
`
