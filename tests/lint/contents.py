#!/usr/bin/python3
"""What may stand in the tree, and what may not stand in its files."""

import re

import tree

TOP = {
    "src", "data", "po", "tests",
    "meson.build", "meson_options.txt", "com.example.AwsMfa.desktop", "README.md", "LICENSE",
}
# Files whose bytes are a test's input.
DATA = ("tests/data/", "tests/fuzz/corpus/", "tests/lint/contents.py")
MARK = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:root|Users|work)/[\w.-]")
GOTO = re.compile(r"^\s*goto\s", re.MULTILINE)
TEXT = {".c", ".h", ".py", ".sh", ".build", ".txt", ".md", ".xml", ".ui", ".css", ".desktop", ".in", ".yml", ""}


def main():
    problems = []
    for path in tree.files():
        if path.parts[0] not in TOP and not path.parts[0].startswith("."):
            problems.append(f"{path}: nothing of this name belongs at the top")
        if path.suffix not in TEXT or path.as_posix().startswith(DATA):
            continue
        text = tree.read(path)
        for number, line in enumerate(text.splitlines(), 1):
            if MARK.search(line):
                problems.append(f"{path}:{number}: an unfinished mark")
            if MACHINE.search(line):
                problems.append(f"{path}:{number}: a path of one machine")
        if path.suffix in (".c", ".h") and GOTO.search(text):
            problems.append(f"{path}: goto")
    tree.finish(problems)


main()
