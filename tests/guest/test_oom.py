# SPDX-License-Identifier: GPL-2.0-or-later
"""
The OOM killer: what it traces, which knobs make it a panic, and that books
agree and nothing is lost after all it does. Whom it kills and what it says is
compared with the real kernel, see tests/oracle.
"""
import os
import re
import tempfile

from guestrun import Run, check, guest


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "trace")
    run = Run(guest("oomkill", "kill"), trace=path, events="oom",
              quiet=False).expect(0)
    with open(path) as file:
        events = [(m[1], m[2]) for m in
                  re.finditer(r" (\w+): pid=(\d+)", file.read())]
stuck = re.search(rb"Killed process (\d+) \(stuck\)", run.err)
check(stuck, "the one who can't die was not chosen", run)
mine = [name for name, pid in events if int(pid) == int(stuck[1])]
check(mine == ["oom_score_adj_update", "mark_victim", "wake_reaper",
               "start_task_reaping", "finish_task_reaping"],
      f"the life of the one who can't die: {mine}", run)
check([name for name, _ in events].count("wake_reaper") == 1,
      "the reaper came for others, too", run)

# A knob turned in a shell, then the hog.
HOG = ("mount -t proc proc /proc 2>/dev/null; "
       "echo {} > /proc/sys/vm/panic_on_oom; "
       "a=x; while :; do a=$a$a; done")
for value, how in ((1, b"system-wide"), (2, b"compulsory")):
    run = Run(["/bin/sh", "-c", HOG.format(value)], quiet=False)
    check(run.status == 126, f"panic_on_oom={value}: {run.status}", run)
    check(b"Kernel panic - not syncing: Out of memory: " + how +
          b" panic_on_oom is enabled" in run.err, "the panic's words", run)
    check(b"Mem-Info:" in run.err and b"Tasks state" in run.err,
          "the report", run)
run = Run(["/bin/sh", "-c", HOG.format(0)], quiet=False)
check(run.status == 128 + 9, f"panic_on_oom=0: {run.status}", run)
