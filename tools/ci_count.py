# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/ci_count.py PASSED FAILED LOG...: adds the results in meson's testlog.json files to the two numbers
and prints the sum as "N passed, N failed, N skipped"."""

import json
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}


def main():
    passed, failed, skipped = int(sys.argv[1]), int(sys.argv[2]), 0
    for log in sys.argv[3:]:
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                result = json.loads(line)["result"]
                passed += result in PASSED
                skipped += result in SKIPPED
                failed += result not in PASSED | SKIPPED
    print(f"{passed} passed, {failed} failed, {skipped} skipped")


main()
