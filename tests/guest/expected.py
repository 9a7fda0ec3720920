# SPDX-License-Identifier: GPL-2.0-or-later
"""expected.py NAME: guests/NAME prints guests/NAME/expected, twice alike."""
import os
import sys

from guestrun import ROOT, Run, check, guest

name = sys.argv[1]
with open(os.path.join(ROOT, "guests", name, "expected"), "rb") as file:
    expected = file.read()
first = Run(guest(name)).expect(0, expected)
again = Run(guest(name)).expect(0, expected)
check(first.stats == again.stats, "two runs, two sets of statistics", again)
