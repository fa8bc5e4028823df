"""What lies in the memory of a process: searched while it runs, or stopped at its very end.

A process is stopped in exit_group(), when main() has returned and every cleanup has been done, but
its memory is still there: what is found then was left behind by somebody.
"""

import contextlib
import ctypes
import os
import re
import signal
import subprocess

TRACEME, CONT, SETOPTIONS = 0, 7, 0x4200
TRACE_EXIT, EXIT_KILL = 0x40, 0x100000
EVENT_EXIT = signal.SIGTRAP | 6 << 8

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long

REGION = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (r[w-].)\S* \S+ \S+ (\d+)\s*(.*)$")


def _ptrace(request, pid, data=0):
    if _libc.ptrace(request, pid, None, data) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def _continue_to_exit(pid):
    """Hand every signal on until the process is about to end."""
    _, status = os.waitpid(pid, 0)  # exec
    _ptrace(SETOPTIONS, pid, TRACE_EXIT | EXIT_KILL)
    number = 0
    while True:
        _ptrace(CONT, pid, number)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            raise AssertionError(f"it ended by itself: {status}")
        if status >> 8 == EVENT_EXIT:
            return
        number = os.WSTOPSIG(status)


@contextlib.contextmanager
def stopped_at_its_end(command, stdin=b"", **options):
    """Run a program; inside the context it has done everything and can be searched. Afterwards
    `process.returncode` is its exit status."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE,
        preexec_fn=lambda: _libc.ptrace(TRACEME, 0, None, None), **options,
    )
    # It fits into the pipe.
    process.stdin.write(stdin)
    process.stdin.close()
    _continue_to_exit(process.pid)
    yield process
    _ptrace(CONT, process.pid)
    process.wait()


def regions(pid):
    """(name, bytes) of everything that the process can write to, and of what it has mapped without
    a file."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            match = REGION.match(line)
            if match is None or (match[3][1] != "w" and match[4] != "0"):
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            memory.seek(start)
            with contextlib.suppress(OSError):  # [vvar]
                yield match[5] or "anonymous", memory.read(end - start)


def find(pid, marker, around=512):
    """(region, what stands before, what stands behind) of each place where `marker` lies."""
    for name, content in regions(pid):
        for match in marker.find(content):
            start, end = match.span()
            yield name, content[max(0, start - around):start], content[end:end + around]
