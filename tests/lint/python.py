#!/usr/bin/python3
"""pyflakes over every Python file."""

import importlib.util
import subprocess
import sys

import tree


def main():
    if importlib.util.find_spec("pyflakes") is None:
        tree.skip("pyflakes is not installed (package python3-pyflakes)")
    files = sorted(set(tree.select(".py")) | set(tree.scripts("python3")))
    done = subprocess.run([sys.executable, "-m", "pyflakes", *files], cwd=tree.ROOT)
    tree.finish([] if done.returncode == 0 else ["pyflakes complains"])


main()
