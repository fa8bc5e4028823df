#!/usr/bin/python3
"""cppcheck has nothing to say about src/."""

import os
import subprocess

import tree

# What it is told not to look for, each with the reason.
SUPPRESSED = {
    "memleak": "it does not know g_autoptr() and g_autofree; LeakSanitizer and valgrind look for leaks",
    "leakReturnValNotUsed": "its description of GTK takes getters for constructors",
    "leakNoVarFunctionCall": "likewise",
    "varFuncNullUB": "NULL is a pointer wherever GLib is",
}
# A macro that it does not find in its description of GLib.
MACROS = ["-DG_DEFINE_EXTENDED_ERROR(Name, name)="]


def main():
    # Debian 12's.
    program = tree.find_program(["cppcheck"], "Cppcheck 2.10")
    done = subprocess.run([
        program, "--quiet", f"-j{os.cpu_count()}", "--error-exitcode=1", "--std=c11",
        "--language=c", "--library=gtk", "--enable=warning,performance,portability",
        *(f"--suppress={name}" for name in SUPPRESSED), *MACROS, "-Isrc", "src",
    ], cwd=tree.ROOT)
    tree.finish([] if done.returncode == 0 else ["cppcheck complains"])


main()
