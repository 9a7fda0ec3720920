# SPDX-License-Identifier: GPL-2.0-or-later
"""
expected.py NAME: guests/NAME prints guests/NAME/expected, twice alike. The
second time all books are compared after each page fault, which must find
nothing and change nothing.
"""
import os
import sys

from guestrun import ROOT, Run, check, guest

SLOW = {"crowd", "eaters", "stack"}  # thousands of faults

name = sys.argv[1]
with open(os.path.join(ROOT, "guests", name, "expected"), "rb") as file:
    expected = file.read()
first = Run(guest(name)).expect(0, expected)
often = "end" if name in SLOW else "fault"
again = Run(guest(name), settings=["kernel.verify=" + often]) \
    .expect(0, expected)
check(first.stats["verify_violations"] == 0, "violations, and status 0", first)
check(first.stats == again.stats, "two runs, two sets of statistics", again)
