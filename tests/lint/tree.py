"""The files that the lint tests look at, and how they report."""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIP = 77


def files():
    """Every file of the project as a path relative to its top: what git tracks or would add; in an
    unpacked archive everything but build folders."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "-C", ROOT, "ls-files", "-z",
         "--cached", "--others", "--exclude-standard"],
        capture_output=True,
    ) if (ROOT / ".git").exists() else None
    if listing is not None and listing.returncode == 0:
        names = {os.fsdecode(name) for name in listing.stdout.split(b"\0") if name}
        return sorted(p for p in map(pathlib.Path, names) if (ROOT / p).is_file())
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [s for s in subfolders if s not in (".git", "__pycache__") and not s.startswith("build")]
        found += [(pathlib.Path(folder) / name).relative_to(ROOT) for name in names]
    return sorted(found)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def select(*suffixes, under=""):
    return [p for p in files() if p.suffix in suffixes and p.as_posix().startswith(under)]


def scripts(language):
    """Scripts whose first line names `language` (sh, python3)."""
    found = []
    for path in files():
        with open(ROOT / path, "rb") as stream:
            line = stream.readline(80)
        if line.startswith(b"#!") and language.encode() in line:
            found.append(path)
    return found


def find_program(names, version):
    """The first program of these names whose --version has `version` in it; skips without one. Other
    versions break lines elsewhere and find other things: what they say does not count."""
    for path in filter(None, map(shutil.which, names)):
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        if version in said:
            return path
    skip(f"{names[0]} is not installed, or another one than {version!r}")


def finish(problems):
    """Print what is wrong and end: status 1 if anything is."""
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


def skip(why):
    print(f"SKIP: {why}")
    sys.exit(SKIP)
