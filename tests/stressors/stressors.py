#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's stress-ng, each of its stressors in a machine of its own: it comes to
the same end here as on real Linux. Whether the work was done, found wrong or
not begun is compared, not how much of it there was; and the kernel's books must
be in order afterwards, nothing lost.

linux-6.1 has what each came to there, differences those that are expected to
end otherwise here, and why. One of them that ends as on real Linux fails too.

stressors.py [-j N] [STRESSOR...]
    Without a name: sixteen that ask the kernel for different things and take
    half a second each; with MMUSCOPE_LONG=1 all, some ten minutes of a core.
stressors.py --record [STRESSOR...]
    Has the real kernel run them (tools/linux-oracle) and notes the ends.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(TOP, "build"))
DEBIAN = os.path.join(TOP, "build", "rootfs-debian")
BOARD = os.path.join(TOP, "configs", "vexpress-a9.yaml")
REAL = os.path.join(HERE, "linux-6.1")
DIFFERENCES = os.path.join(HERE, "differences")
# A slow clock, so that the ten seconds which a stressor may take are soon over;
# slower still, alarm's parent has no time to let its child run.
CLOCK = "200MHz"
HOST_SECONDS = 300
A_RECORDING = 64        # stressors of one boot of the real kernel
SOME = """
aio alarm close clone exit-group fallocate fsize futex iomix mq mmapfork rlimit
sigio splice sysbadaddr vm-rw
""".split()


def command(name):
    return ["/usr/bin/stress-ng", "--" + name, "1", f"--{name}-ops", "4",
            "--verify", "-t", "10", "--no-rand-seed", "--oomable"]


def end_of(status, text):
    """What a stressor came to, in a word that any machine may be asked for."""
    if status not in ("exit 0", "exit 3"):
        return status
    if re.search(r"fail:", text):
        return "fails"
    if status == "exit 3" or re.search(
            r"skipp|not implemented on|No stress workers invoked", text):
        return "skips"
    return "completes"


def table(path):
    """A line each: a stressor, a tab, its end, perhaps a tab and a reason."""
    rows = {}
    for line in open(path):
        if line.strip() and not line.startswith("#"):
            name, *rest = line.rstrip("\n").split("\t")
            rows[name] = rest
    return rows


def run_here(name):
    settings = ["rootfs.path=" + DEBIAN, "cpu.clock_hz=" + CLOCK,
                "memory.size=512M", "kernel.verify=end",
                "kernel.kmemleak=end"]
    words = [os.path.join(BUILD, "mmuscope"), "run", BOARD, "-q"]
    for setting in settings:
        words += ["--set", setting]
    try:
        done = subprocess.run(words + ["--"] + command(name),
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=HOST_SECONDS)
    except subprocess.TimeoutExpired:
        return "hangs", ""
    text = (done.stdout + done.stderr).decode(errors="replace")
    return end_of(f"exit {done.returncode}", text), text


def compare(names, jobs):
    real, expected = table(REAL), table(DIFFERENCES)
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for name, (end, text) in zip(names, pool.map(run_here, names)):
            there = real[name][0]
            want = expected.get(name, [there])[0]
            if end == want:
                continue
            wrong += 1
            print(f"{name}: {end}; real Linux: {there}"
                  + (f"; expected here: {want}" if want != there else ""))
            print(text[-2000:], flush=True)
    print(f"{len(names)} stressors, {wrong} ended otherwise than expected")
    return wrong


def record(names):
    rows = table(REAL) if os.path.exists(REAL) else {}
    for at in range(0, len(names), A_RECORDING):
        with tempfile.NamedTemporaryFile("w") as programs:
            for name in names[at:at + A_RECORDING]:
                programs.write(name + "\t" + " ".join(command(name)) + "\n")
            programs.flush()
            answer = subprocess.run(
                [os.path.join(TOP, "tools", "linux-oracle"), "--root", DEBIAN,
                 "--memory", "512M", "--limit", "40", "--json", "--list",
                 programs.name], stdin=subprocess.DEVNULL, check=True,
                capture_output=True).stdout
        note(rows, answer)


def note(rows, answer):
    for program in json.loads(answer)["programs"]:
        rows[program["name"]] = [end_of(program["end"], program["text"])]
    with open(REAL, "w") as to:
        to.write("# How stress-ng's stressors end on Debian's armmp kernel:\n"
                 "# stressors.py --record\n")
        for name in sorted(rows):
            to.write(f"{name}\t{rows[name][0]}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("stressors", nargs="*")
    asked = parser.parse_args()
    if not os.path.isdir(DEBIAN):
        print(f"SKIPPED: no {DEBIAN}: tools/setup makes it")
        return 77
    if asked.record:
        record(asked.stressors or list(table(REAL)))
        return 0
    everything = list(table(REAL))
    usual = everything if os.environ.get("MMUSCOPE_LONG") else SOME
    return 1 if compare(asked.stressors or usual, asked.jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
