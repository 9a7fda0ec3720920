#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs every command of a tour and looks for the output shown.

A tour is the README's section "A tour", or a whole PAGE of docs/tour. In an
indented block a line "$ COMMAND" is run by bash in the root of the tree; the
lines after it must come in this order, with others between them. Numbers count as equal, since they depend on the version
of the guest programs; `…` stands for anything. A block in which lines begin
with "/ # " is a dialogue at a terminal. --exact compares numbers, too, and
prints what differs: for whoever brings the README up to date.
"""
import argparse
import os
import pty
import re
import select
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
# What is compiled on the way stays in the build folder.
os.environ["XDG_CACHE_HOME"] = os.path.join(BUILD, "cache")
SECTION = "## A tour"
PROMPT = "/ # "


def tour_of(text):
    """The part of a page whose commands are run."""
    if SECTION not in text:
        return text
    return text.split(SECTION, 1)[1].split("\n## ", 1)[0]


def steps(text):
    """Yields (command, lines shown)."""
    command, shown = None, []
    for line in text.split("\n"):
        if line.startswith("    $ "):
            if command:
                yield command, shown
            command, shown = line[6:], []
        elif line.startswith("    ") and command:
            shown.append(line[4:])
        elif line.strip() and command:
            yield command, shown
            command, shown = None, []
    if command:
        yield command, shown


def plain(line, exact):
    line = re.sub(r"\x1b\[[0-9;]*[a-zA-Z]", "", line)
    if not exact:
        line = re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|[0-9][0-9,.]*", "#", line)
    return " ".join(line.split())


def missing(shown, output, exact):
    """The first line shown that doesn't come; None when all do."""
    output = [plain(line, exact) for line in output.split("\n")]
    at = 0
    for line in shown:
        parts = [plain(part, exact) for part in line.split("…")]
        if not any(parts):
            continue
        if "of the host" in line and exact:
            continue
        pattern = re.compile(".*".join(re.escape(p) for p in parts) + "$")
        while at < len(output) and not pattern.match(output[at]):
            at += 1
        if at == len(output):
            return line
        at += 1
    return None


def run(command):
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, timeout=120,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="replace")


def has_terminals():
    try:
        for end in pty.openpty():
            os.close(end)
        return True
    except OSError:
        return False


class Dialogue:
    """A command at a terminal of its own."""

    def __init__(self, command):
        self.master, slave = pty.openpty()
        self.child = subprocess.Popen(
            ["bash", "-c", command], cwd=ROOT, stdin=slave, stdout=slave,
            stderr=slave, start_new_session=True)
        os.close(slave)
        self.text = ""

    def read_until(self, end):
        """Reads on until @end is the last that came (or 60 s are over)."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([self.master], [], [], 0.1)[0]:
                if end and plain(self.text, True).endswith(end.strip()):
                    return
                continue
            try:
                more = os.read(self.master, 65536)
            except OSError:
                return
            self.text += more.decode(errors="replace").replace("\r", "")
        self.child.kill()

    def type(self, keys):
        os.write(self.master, keys)


def talk(command, shown):
    dialogue = Dialogue(command)
    dialogue.read_until(PROMPT)
    for line in shown:
        if line.startswith(PROMPT) and line.strip() != PROMPT.strip():
            dialogue.type(line[len(PROMPT):].encode() + b"\n")
            if line[len(PROMPT):].startswith("sleep"):
                time.sleep(1)
                dialogue.type(b"\x03")
            dialogue.read_until(PROMPT)
    dialogue.type(b"\x04")
    dialogue.read_until(None)
    return dialogue.child.wait(60), dialogue.text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("page", nargs="?",
                        default=os.path.join(ROOT, "README.md"))
    args = parser.parse_args()
    with open(args.page, encoding="utf-8") as file:
        text = file.read()
    tour = list(steps(tour_of(text)))
    failed = 0
    for command, shown in tour:
        begun = time.monotonic()
        real = re.sub(r"(?<![\w/.])build/", BUILD + "/", command)
        is_dialogue = any(line.startswith(PROMPT) for line in shown)
        if is_dialogue and not has_terminals():
            print("skip        no pseudo-terminals here:", command)
            continue
        status, output = talk(real, shown) if is_dialogue else run(real)
        lost = missing(shown, output, args.exact)
        good = status == 0 and lost is None
        print("ok " if good else "BAD", f"{time.monotonic() - begun:5.2f} s",
              command)
        if not good:
            failed += 1
            print(f"-- status {status}; not found: {lost!r}\n{output}--")
    if len(tour) < (8 if SECTION in text else 2):
        print(f"only {len(tour)} commands: has the tour moved?")
        failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
