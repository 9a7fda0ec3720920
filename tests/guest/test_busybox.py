# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's busybox does here what it does under qemu-arm."""
import os
import shutil
import subprocess
import tempfile

from guestrun import ROOTFS, Run, check

SCRIPTS = [
    "echo one two | wc -w",
    "for i in 3 1 2; do echo $i; done | sort",
    "seq 1 1000 | sort -rn | head -3 | md5sum",
    "printf 'c:1\\na:2\\nc:3\\n' | cut -d: -f1 | sort | uniq -c",
    "(exit 3); echo $?",
    "x=$(echo deep | tr a-z A-Z); echo $x ${#x}",
    "seq 1 20000 | awk '{ s += $1 } END { print s }'",
    "false || echo no; true && echo yes; ! true; echo $?",
    "trap 'echo trapped' USR1; kill -USR1 $$; echo on",
    "sleep 0.1 & wait $!; echo waited $?",
    "printf '%s\\n' b a c > x; sort x; rm x; ls x 2>&1; echo $?",
    "dd if=/dev/zero bs=4096 count=64 2>/dev/null | sha256sum",
    "mkdir -p a/b; cd a/b; basename $PWD; cd ..; rmdir b; ls -A | wc -l",
    "echo far > f; ln -s f l; readlink l; cat l; rm f; test -e l; echo $?; rm l",
    "yes | head -1000 | wc -l",
    "exit 7",
]


def under_qemu(script):
    """The same script under qemu-arm, in a folder of its own."""
    qemu = shutil.which("qemu-arm")
    if not qemu:
        return None
    # the shell runs its own applets, so nothing else of the host is seen
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [qemu, os.path.join(ROOTFS, "bin", "busybox"), "sh", "-c", script],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
            cwd=folder, env={"PATH": "/bin:/usr/bin", "HOME": "/root"})
    return done.returncode, done.stdout


for script in SCRIPTS:
    run = Run(["/bin/sh", "-c", "cd /tmp; " + script])
    judge = under_qemu(script)
    if judge is None:
        check(run.status in (0, 1, 7), script, run)
        continue
    check((run.status, run.out) == judge,
          f"{script!r}: qemu-arm gives {judge}", run)
    print("ok", script)

# dmesg shows the boot log; qemu-arm would show the host's.
run = Run(["/bin/sh", "-c", "dmesg | head -n 1; dmesg -s 4096 | tail -n 1"])
run.expect(0)
check(b"Booting Linux on physical CPU 0x0" in run.out and
      run.out.endswith(b"initmem) memory: 20K\n"), "dmesg", run)
