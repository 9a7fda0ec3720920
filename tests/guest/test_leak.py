# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame lost in each of a thousand forks would be seen at the end."""
from guestrun import Run, check, frames_in_use, guest

few = Run(guest("forks", "10")).expect(0, b"forks 10 ok\n")
many = Run(guest("forks", "1000")).expect(0, b"forks 1000 ok\n")
for when in "frames", "frames_after_teardown":
    uses = frames_in_use(few, when), frames_in_use(many, when)
    check(uses[0] == uses[1] and 0 < uses[0] < 10000,
          f"{when} in use: {uses[0]} after 10 forks, {uses[1]} after 1000",
          many)
