"""What a program of ours prints on stderr: which of it is a finding."""

import re

# (name:123): Domain-LEVEL **: 12:34:56.789: message      or      ** (name:123): LEVEL **: message
LINE = re.compile(
    r"^(?:\*\* )?\((?P<program>[^():]+):\d+\): (?:(?P<domain>[\w.-]+)-)?"
    r"(?P<level>WARNING|CRITICAL|ERROR) \*\*: (?:[\d:.]+: )?(?P<message>.*)$"
)
FATAL = re.compile(
    r"AddressSanitizer|LeakSanitizer|runtime error:|^\*\*\w|assertion failed|Segmentation fault"
)


def read(path):
    """The known noise: patterns for other people's messages."""
    patterns = []
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, tab, reason = line.partition("\t")
            if not tab or not reason.strip():
                raise ValueError(f"{path}: no reason given: {line}")
            patterns.append(re.compile(pattern))
    return patterns


def unexpected(text, allowed):
    """The lines of `text` that are findings."""
    found = []
    for line in text.splitlines():
        match = LINE.match(line)
        if match is None:
            if FATAL.search(line):
                found.append(line)
            continue
        domain = match["domain"] or ""
        label = f"{domain}-{match['level']}: {match['message']}"
        ours = domain.startswith("amfa")
        if ours or not any(pattern.search(label) for pattern in allowed):
            found.append(line)
    return found
