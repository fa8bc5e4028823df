#!/usr/bin/python3
"""A test of tests/cli with every run of awsmfa under valgrind.

usage: run.py TEST.py      AMFA_CLI names the program

It fails if the test does, or if valgrind has anything to say: reads and writes out of bounds or of
what nobody set, and memory that is lost for good, but for what valgrind.supp knows.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SUPPRESSIONS = pathlib.Path(__file__).with_name("valgrind.supp")
# Each program has a log of its own, which stays empty where there is nothing to say.
WRAPPER = """#!/bin/sh
exec valgrind --quiet --log-file={folder}/log.%p --suppressions={suppressions} \\
  --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \\
  --num-callers=40 --child-silent-after-fork=yes {program} "$@"
"""


def main():
    with tempfile.TemporaryDirectory(prefix="awsmfa-valgrind-") as name:
        folder = pathlib.Path(name)
        wrapper = folder / "awsmfa"
        wrapper.write_text(WRAPPER.format(
            folder=folder, suppressions=SUPPRESSIONS, program=os.environ["AMFA_CLI"]
        ))
        wrapper.chmod(0o700)
        status = subprocess.run(
            ["/usr/bin/python3", *sys.argv[1:]], env={**os.environ, "AMFA_CLI": str(wrapper)}
        ).returncode
        logs = list(folder.glob("log.*"))
        said = [log.read_text(errors="replace") for log in logs if log.stat().st_size]
    print(*said, f"{len(logs)} programs ran under valgrind, {len(said)} with findings", sep="\n")
    sys.exit(1 if status or said or not logs else 0)


main()
