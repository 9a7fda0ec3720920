# SPDX-License-Identifier: GPL-2.0-or-later
"""Standard input and output that are pipes and files, byte by byte."""
import os
import random
import subprocess
import tempfile
import time

from guestrun import BOARD, BUILD, Run, check

COMMAND = [os.path.join(BUILD, "mmuscope"), "run", BOARD, "-q", "--"]

Run(["/bin/sh"], stdin=b"echo hi\n").expect(0, b"hi\n")
Run(["/bin/sh"], stdin=b"read a b\none two\necho $b $a; exit 3\n") \
    .expect(3, b"two one\n")
Run(["/bin/cat"]).expect(0, b"")
every_byte = bytes(range(256)) * 16
Run(["/bin/cat"], stdin=every_byte).expect(0, every_byte)

with tempfile.TemporaryFile() as file:
    content = random.Random(1).randbytes(10 << 20)
    file.write(content)
    file.seek(0)
    done = subprocess.run(COMMAND + ["/bin/cat"], stdin=file,
                          capture_output=True, timeout=100)
check(done.returncode == 0, f"cat of 10 MB: status {done.returncode}")
check(done.stdout == content, "cat of 10 MB isn't what went in")

# What the guest's program didn't read is there for the next one.
with tempfile.TemporaryFile() as file:
    file.write(b"x" * 32 + b"rest\n")
    file.seek(0)
    subprocess.run(COMMAND + ["/bin/sh", "-c", "dd bs=1 count=1 2>/dev/null"],
                   stdin=file, stdout=subprocess.DEVNULL, timeout=100)
    at = os.lseek(file.fileno(), 0, os.SEEK_CUR)
check(at <= 32, f"{at} bytes were taken, of which one was asked for")

# Nobody sits there: sleeping takes no time of the host's.
begin = time.monotonic()
run = Run(["/bin/sh", "-c", "sleep 1000; echo awake"]).expect(0, b"awake\n")
check(time.monotonic() - begin < 20, "the host slept, too", run)
check(run.stats["cycles"] > 1000 * 10**9, "the guest didn't sleep", run)

# Whoever reads our output has had enough.
producer = subprocess.Popen(COMMAND + ["/bin/sh", "-c", "yes"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
check(producer.stdout.readline() == b"y\n", "yes says no")
producer.stdout.close()
status = producer.wait(20)
check(status == -13 and not producer.stderr.read(),
      f"a closed pipe: status {status}")
producer.stderr.close()
