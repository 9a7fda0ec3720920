# SPDX-License-Identifier: GPL-2.0-or-later
"""Running guests under mmuscope, for the tests of this folder."""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
ROOTFS = os.path.join(ROOT, "build", "rootfs")
# Another board for all runs that name none: MMUSCOPE_BOARD=highmem.
BOARD = os.path.join(ROOT, "configs",
                     os.environ.get("MMUSCOPE_BOARD", "vexpress-a9") + ".yaml")
TIMEOUT = 120
# All runs under another slab allocator than the board's.
ALLOCATOR = ["kernel.slab_allocator=" + name for name in
             os.environ.get("MMUSCOPE_SLAB_ALLOCATOR", "").split()]


class Run:
    """
    What one run gave: status, out, err (bytes), stats (a dictionary). At its
    end the kernel's books are compared and lost memory is searched for: 126
    when they don't agree, or some was lost.
    """

    def __init__(self, argv, board=BOARD, settings=(), stdin=b"", quiet=True,
                 trace=None, events=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "stats.json")
            command = [os.path.join(BUILD, "mmuscope"), "run", board,
                       "--stats", path]
            if quiet:
                command.append("-q")
            if trace:
                command += ["--trace", trace]
            if events:
                command += ["--trace-events", events]
            for setting in ["kernel.verify=end", "kernel.kmemleak=end",
                            *ALLOCATOR, *settings]:
                command += ["--set", setting]
            command += ["--"] + argv if argv else []
            done = subprocess.run(command, input=stdin, capture_output=True,
                                  timeout=TIMEOUT)
            self.status = done.returncode
            self.out = done.stdout
            self.err = done.stderr
            self.stats = json.load(open(path)) if os.path.exists(path) else {}
            self.stats.pop("host_seconds", None)

    def expect(self, status=0, out=None):
        """Ends the test unless status and, when given, output are these."""
        if self.status != status:
            fail(f"status {self.status}, not {status}", self)
        if out is not None and self.out != out:
            fail("output differs", self, out)
        return self


def guest(name, *args):
    """argv of one of guests/."""
    return ["host:" + os.path.join(BUILD, "guests", name), *args]


def frames_in_use(run, when="frames_after_teardown"):
    return sum(n for use, n in run.stats[when].items()
               if use not in ("free", "pcp"))


def skip(why):
    """Ends the test; CTest counts it as skipped."""
    print("SKIPPED:", why)
    sys.exit(77)


def fail(why, run=None, expected=None):
    print("FAILED:", why)
    if run is not None:
        print("-- output\n" + run.out.decode(errors="replace"))
        if expected is not None:
            print("-- expected\n" + expected.decode(errors="replace"))
        print("-- messages\n" + run.err.decode(errors="replace")[-4000:])
    sys.exit(1)


def check(condition, why, run=None):
    if not condition:
        fail(why, run)
