#!/usr/bin/python3
"""shellcheck over every shell script."""

import shutil
import subprocess

import tree


def main():
    if shutil.which("shellcheck") is None:
        tree.skip("shellcheck is not installed")
    scripts = sorted(set(tree.scripts("sh")) | set(tree.select(".sh")))
    done = subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=tree.ROOT)
    tree.finish([] if done.returncode == 0 else ["shellcheck complains"])


main()
