#!/usr/bin/python3
"""The programs are built so that a fault in them is hard to use: read from the programs.

usage: hardening.py fortified|plain PROGRAM...     fortified: built with optimization
"""

import pathlib
import re
import shutil
import subprocess
import sys

SKIP = 77
ENDBR64 = b"\xf3\x0f\x1e\xfa"
# The linker takes the note away where one file has none: Debian's startup files have none.
STARTUP_FILES = [
    subprocess.run(
        ["cc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    for name in ("Scrt1.o", "crti.o", "crtbeginS.o")
]


def read(*arguments):
    return subprocess.run(
        ["readelf", "-W", *arguments], capture_output=True, text=True, check=True
    ).stdout


def has_control_flow_note(path):
    notes = read("--notes", path)
    return "IBT" in notes and "SHSTK" in notes


def check(program, fortified):
    """(what must hold, whether it does)"""
    header = read("--file-header", program)
    segments = read("--program-headers", program)
    dynamic = read("--dynamic", program)
    symbols = read("--dyn-syms", program)
    stack = re.search(r"GNU_STACK.*", segments)
    yield "position-independent", bool(
        re.search(r"Type:\s+DYN", header) and re.search(r"FLAGS_1.*PIE", dynamic)
    )
    yield "relocations read-only", "GNU_RELRO" in segments
    yield "all symbols bound at the start", bool(re.search(r"BIND_NOW|FLAGS_1.*\bNOW\b", dynamic))
    yield "no stack that can be executed", stack is not None and " RWE " not in stack[0]
    yield "nothing both writable and executable", not re.search(r"LOAD.* RWE ", segments)
    yield "no search path for libraries", not re.search(r"\((RPATH|RUNPATH)\)", dynamic)
    yield "no text relocations", "TEXTREL" not in dynamic
    yield "stack protector", "__stack_chk_fail" in symbols
    if fortified:
        yield "checked library calls", bool(re.search(r"__\w+_chk@", symbols.replace("__stack_chk", "")))
    if re.search(r"Machine:.*X86-64", header):
        # Each function that can be reached by a pointer begins with it.
        yield "control flow protected", pathlib.Path(program).read_bytes().count(ENDBR64) > 100
        if all(map(has_control_flow_note, STARTUP_FILES)):
            yield "control flow protection on", has_control_flow_note(program)


def main():
    if shutil.which("readelf") is None:
        print("SKIP: readelf is not installed (package binutils)")
        sys.exit(SKIP)
    problems = [
        f"{program}: not so: {what}"
        for program in sys.argv[2:]
        for what, holds in check(program, sys.argv[1] == "fortified") if not holds
    ]
    print(*problems, sep="\n", file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
