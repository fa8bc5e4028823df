#!/usr/bin/python3
"""po/POTFILES lists every file with something to translate, each once, and nothing that is gone."""

import re

import tree

CALL = re.compile(r"(?<![\w.])(_|N_|C_|NC_|Q_|n?gettext|dn?gettext|g_dn?gettext|g_dpgettext2?) ?\(")
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', re.DOTALL)


def has_strings(path):
    name = path.name
    if path.suffix == ".c" and path.parts[0] == "src":
        code = COMMENT.sub('""', tree.read(path))
        code = "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("#define"))
        return CALL.search(code) is not None
    if path.suffix == ".ui":
        return 'translatable="yes"' in tree.read(path)
    return name.endswith(
        (".desktop", ".desktop.in", ".metainfo.xml", ".metainfo.xml.in", ".gschema.xml")
    ) and not name.startswith(".") and path.parts[0] != "tests"


def main():
    lines = [line.strip() for line in tree.read("po/POTFILES").splitlines()]
    listed = [line for line in lines if line and not line.startswith("#")]
    present = {p.as_posix() for p in tree.files()}
    wanted = {p.as_posix() for p in tree.files() if has_strings(p)}
    problems = [f"po/POTFILES: {name} is missing" for name in sorted(wanted - set(listed))]
    problems += [f"po/POTFILES: {name} does not exist" for name in sorted(set(listed) - present)]
    problems += [
        f"po/POTFILES: {name} has nothing to translate"
        for name in sorted(set(listed) & present - wanted)
    ]
    problems += [f"po/POTFILES: {n} twice" for n in sorted({n for n in listed if listed.count(n) > 1})]
    tree.finish(problems)


main()
