#!/usr/bin/python3
"""The help of tests/run names each suite that there is, with what it is about, and no other.

usage: suites.py BUILD-FOLDER
"""

import json
import re
import shutil
import subprocess
import sys

import tree

LINE = re.compile(r"^  ([a-z]+)  +\S", re.MULTILINE)


def main():
    listing = subprocess.run(
        [shutil.which("meson"), "introspect", "--tests", sys.argv[1]],
        capture_output=True, text=True, check=True,
    ).stdout
    there = {name.rpartition(":")[2] for test in json.loads(listing) for name in test["suite"]}
    told = LINE.findall(
        subprocess.run([tree.ROOT / "tests" / "run", "--help"], capture_output=True, text=True).stdout
    )
    problems = [f"tests/run --help does not tell of the suite {name}" for name in there - set(told)]
    problems += [f"tests/run --help tells of {name}, which is no suite" for name in set(told) - there]
    tree.finish(problems)


main()
