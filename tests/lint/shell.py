#!/usr/bin/python3
"""shellcheck over every shell script."""

import shutil
import subprocess

import tree


def main():
    if shutil.which("shellcheck") is None:
        tree.skip("shellcheck is not installed")
    scripts = sorted(set(tree.scripts("sh")) | set(tree.select(".sh")))
    # SC2317: version 0.9 does not see that a trap calls a function.
    command = ["shellcheck", "--external-sources", "--exclude=SC2317", *scripts]
    done = subprocess.run(command, cwd=tree.ROOT)
    tree.finish([] if done.returncode == 0 else ["shellcheck complains"])


main()
