# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame lost in each of a thousand forks would be seen at the end."""
from guestrun import Run, check, frames_in_use, guest

few = Run(guest("forks", "10")).expect(0, b"forks 10 ok\n")
many = Run(guest("forks", "1000")).expect(0, b"forks 1000 ok\n")
check(frames_in_use(few) == frames_in_use(many),
      f"{frames_in_use(few)} frames in use after 10 forks, "
      f"{frames_in_use(many)} after 1000", many)
