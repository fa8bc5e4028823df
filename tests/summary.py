#!/usr/bin/python3
"""Add up meson's test logs: what failed, what was skipped and why, and one line with the numbers.

usage: summary.py TESTLOG.json...
"""

import json
import pathlib
import re
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
REASON = re.compile(r"^.*\bSKIP\b:?\s*(.*)$", re.MULTILINE)


def main():
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        lines = path.read_text().splitlines() if path.exists() else []
        if not lines:
            print(f"no results in {name}")
            counts["failed"] += 1
        for line in lines:
            result = json.loads(line)
            label = f"{path.parent.parent.name}: {result['name']}"
            if result["result"] in PASSED:
                counts["passed"] += 1
            elif result["result"] == "SKIP":
                counts["skipped"] += 1
                reason = REASON.search(result.get("stdout") or "")
                print(f"skipped: {label}: {reason.group(1) if reason else 'no reason given'}")
            else:
                counts["failed"] += 1
                print(f"{result['result'].lower()}: {label}")
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % counts)
    return 1 if counts["failed"] or not counts["passed"] else 0


sys.exit(main())
