#!/usr/bin/python3
"""clang-tidy has nothing to say: .clang-tidy tells what it is asked, and why no more.

usage: clang_tidy.py BUILD-FOLDER             all but clang's analyzer, over src
       clang_tidy.py BUILD-FOLDER FOLDER      the analyzer alone, which takes minutes, over a folder
"""

import json
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree

# Files at once: each process reads GTK's headers anew for every file anyway.
BATCH = 4


def sources(build, folder):
    """Those that are compiled there."""
    top = tree.ROOT / folder
    commands = json.loads((build / "compile_commands.json").read_text())
    paths = {(pathlib.Path(c["directory"]) / c["file"]).resolve() for c in commands}
    return sorted(p for p in paths if p.is_relative_to(top))


def main():
    program = tree.find_program(["clang-tidy-14", "clang-tidy"], "version 14.")
    build, folder = pathlib.Path(sys.argv[1]), (sys.argv[2:] or ["src"])[0]
    left_out = "-bugprone-*,-cert-*,-misc-*" if sys.argv[2:] else "-clang-analyzer-*"
    checks = [f"--checks={left_out}"]
    files = sources(build, folder)

    def check(start):
        done = subprocess.run(
            [program, "--quiet", "-p", build, *checks, *files[start:start + BATCH]],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        # What it counts and keeps to itself is on stderr.
        return done.returncode, done.stdout if done.stdout.strip() else done.stderr

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(check, range(0, len(files), BATCH)))
    problems = [text for status, text in results if status != 0]
    tree.finish(problems if files else [f"{folder}: nothing is compiled there"])


main()
