#!/usr/bin/python3
"""The version is the same wherever it has to be written.

usage: versions.py VERSION      that of meson.build
"""

import re
import sys

import tree

# Files, and what stands before the newest version in them.
PLACES = {
    "data/com.example.AwsMfa.metainfo.xml": r'<release version="',
    "data/packaging/debian/changelog": r"\Aawsmfa \(",
}


def main():
    problems = []
    for path, before in PLACES.items():
        found = re.search(before + r"([0-9.]+)", tree.read(path))
        if not found or found[1] != sys.argv[1]:
            problems.append(f"{path}: {found[1] if found else 'no version'}, not {sys.argv[1]}")
    tree.finish(problems)


main()
