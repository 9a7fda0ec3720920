#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what guests observe here against what they observed on real Linux.

  oracle.py recorded [NAME...]   run them under mmuscope; compare with the
                                 recorded answers of the real kernel
  oracle.py real [--all]         boot the real kernel; its answers must be the
                                 recorded ones still (skipped, saying so, when
                                 there is no such kernel on this machine). Who
                                 has answered so before, the same program on
                                 the same kernel, is asked with --all only,
                                 save for a few
  oracle.py asked                as real; writes down who answered as recorded
  oracle.py record [NAME...]     boot the real kernel and record its answers

programs      what is run: a line for each, its name and the command
linux-6.1/    the recorded answers, one file a name; KERNEL says whose they are,
              KERNEL-numa whose those of machines with several nodes are;
              ASKED who answered so, a line for each: name, digest
differences   where mmuscope's answer is expected to differ, and why
"""

import concurrent.futures
import difflib
import hashlib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(TOP, "build"))
RECIPE = os.path.join(TOP, "build", "rootfs.recipe")     # of every build
RECORDED = os.path.join(HERE, "linux-6.1")
ORACLE = os.path.join(TOP, "tools", "linux-oracle")
ASKED = os.path.join(RECORDED, "ASKED")
NOT_ANSWERS = {"KERNEL", "KERNEL-numa", "ASKED"}
SKIPPED = 77
ALWAYS_ASKED = 4        # of those that have answered before
LIMIT = 240             # seconds for a program, on a machine busy with others


def fail(why):
    print(f"FAILED: {why}")
    sys.exit(1)


# ---- the list --------------------------------------------------------------

def read_programs():
    """name -> command, in the order of the file."""
    programs = {}
    with open(os.path.join(HERE, "programs")) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, command = line.strip().partition(" ")
            if not command.strip() or name in programs:
                fail(f"tests/oracle/programs:{number}: a name and a command "
                     f"are wanted, each name once: {line.strip()!r}")
            programs[name] = resolve(command.strip())
    return programs


def resolve(command):
    """
    A bare first word is one of guests/; one with a / is left alone. Before it
    may stand the machine's RAM, and its swap space: "@2G", "@256M+64M"; or
    "@numa": one of several nodes.
    """
    first, _, rest = command.partition(" ")
    if first.startswith("@"):
        return f"{first} {resolve(rest.strip())}"
    if "/" not in first:
        first = os.path.join(BUILD, "guests", first)
    elif not first.startswith("/"):
        first = os.path.join(TOP, first)
    return f"{first} {rest}".strip()


def choose(names):
    programs = read_programs()
    unknown = [name for name in names if name not in programs]
    if unknown:
        fail(f"not in tests/oracle/programs: {' '.join(unknown)}")
    return {name: programs[name] for name in names or programs}


# ---- the table of differences ----------------------------------------------

class Difference:
    """One block of the table: what real Linux says, what we say, and why."""

    def __init__(self, name, line):
        self.name, _, self.allocator = (name or "").partition(" under ")
        self.line = line
        self.real, self.ours, self.reason = [], [], []
        self.seen = False

    def matches(self, name, real, ours):
        return (self.name, self.real, self.ours) == (name, real, ours)


def read_differences(path=os.path.join(HERE, "differences")):
    """
    The file's blocks. "[NAME]" opens a program's, "[NAME under ALLOCATOR]"
    one that holds under that slab allocator only; within it, blocks of "- "
    lines (real Linux), "+ " lines (mmuscope) and a reason follow each other.
    """
    blocks, name, block = [], None, None
    with open(path) as lines:
        for number, raw in enumerate(lines, 1):
            line = raw.rstrip("\n")
            if line.startswith("#"):
                continue
            if line.startswith("["):
                name, block = line.strip("[]"), None
            elif line[:2] in ("- ", "+ ") or line in ("-", "+"):
                if block is None or block.reason:
                    block = Difference(name, number)
                    blocks.append(block)
                (block.real if line[0] == "-" else block.ours).append(line[2:])
            elif line.strip():
                if block is None:
                    fail(f"tests/oracle/differences:{number}: a reason "
                         "without a difference")
                block.reason.append(line.strip())
            else:
                block = None
    for block in blocks:
        if not block.reason or not block.name:
            fail(f"tests/oracle/differences:{block.line}: this difference "
                 "has no reason, or no [NAME] before it")
    return blocks


def hunks(real, ours):
    """Where the two differ: (lines of real, lines of ours), in order."""
    matcher = difflib.SequenceMatcher(None, real, ours, autojunk=False)
    return [(real[a:b], ours[c:d])
            for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def unexpected(name, real, ours, table):
    """The differences that the table doesn't have; marks those it has."""
    found = []
    for hunk in hunks(real, ours):
        for block in table:
            if not block.seen and block.matches(name, *hunk):
                block.seen = True
                break
        else:
            found.append(hunk)
    return found


def judge(name, real, ours, table):
    """Shows the differences that the table doesn't have; returns how many."""
    found = unexpected(name, real.splitlines(), ours.splitlines(), table)
    for real_lines, our_lines in found:
        print(f"\n[{name}]")
        print("".join(f"- {line}\n" for line in real_lines) +
              "".join(f"+ {line}\n" for line in our_lines), end="")
    if not found:
        expected = sum(block.name == name for block in table)
        print(f"{name}: {len(real.splitlines())} lines" +
              (f", {expected} expected differences" if expected else ""))
    return len(found)


def gone(table):
    """Shows the table's differences that are no more; returns how many."""
    blocks = [block for block in table if not block.seen]
    for block in blocks:
        print(f"\ntests/oracle/differences:{block.line}: [{block.name}] "
              "no longer differs so: take it out, or say what it is now")
    return len(blocks)


# ---- running ---------------------------------------------------------------

def ask_one(name, command, *how):
    """The answer to one program: the kernel's version, and the text."""
    if command.startswith("@"):
        sizes, _, command = command[1:].partition(" ")
        ram, _, swap = sizes.partition("+")
        how += ("--numa",) if sizes == "numa" else \
            ("--memory", ram, "--swap", swap or "0")
    done = subprocess.run([ORACLE, "--json", "--list", "/dev/stdin",
                           "--limit", str(LIMIT), *how],
                          input=f"{name}\t{command}\n".encode(),
                          stdout=subprocess.PIPE)
    if done.returncode:
        fail(f"{name}: tools/linux-oracle ended with {done.returncode}")
    answer = json.loads(done.stdout)
    return answer["kernel"], answer["programs"][0]["text"]


def is_numa(command):
    return command.startswith("@numa ")


def of_kernel(programs, numa):
    """Those of the programs that one of the two kernels is asked."""
    return {name: command for name, command in programs.items()
            if is_numa(command) == numa}


def ask(programs, *how):
    """
    Answers of one kind of machine: kernel, and name -> text. Each program has
    a machine of its own: some leave traces that last until it is off (charges
    that Linux itself forgets to give back, the last process number).
    """
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda item: ask_one(*item, *how),
                                programs.items()))
    return answers[0][0], {name: text for name, (_, text)
                           in zip(programs, answers)}


def recorded_answer(name):
    path = os.path.join(RECORDED, name)
    if not os.path.exists(path):
        fail(f"{name} has no recorded answer: tests/oracle/oracle.py record "
             f"{name}")
    with open(path) as text:
        return text.read()


def kernel_file(numa):
    return os.path.join(RECORDED, "KERNEL-numa" if numa else "KERNEL")


def recorded_kernel(numa):
    with open(kernel_file(numa)) as text:
        return text.read().strip()


def compare_recorded(names):
    programs = choose(names)
    table = [block for block in read_differences() if block.name in programs]
    how = ["--here", "--set", "kernel.verify=end"]
    allocator = os.environ.get("MMUSCOPE_SLAB_ALLOCATOR")
    if allocator:
        how += ["--set", f"kernel.slab_allocator={allocator}"]
    table = [block for block in table if block.allocator in ("", allocator)]
    _, answers = ask(programs, *how)
    for numa in sorted(set(map(is_numa, programs.values()))):
        print("compared with the recorded answers of "
              f"{recorded_kernel(numa)}")
    bad = sum(judge(name, recorded_answer(name), answers[name], table)
              for name in programs)
    bad += gone(table)
    if bad:
        fail(f"{bad} differences that tests/oracle/differences doesn't have")


def available(numa):
    """The release of the kernel on this machine; None, said why, if none."""
    done = subprocess.run([ORACLE, "--available"] + ["--numa"] * numa,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    if done.returncode == 0:
        return done.stdout.strip()
    print(done.stdout.strip())
    return None


def series(release):
    return ".".join(release.split(".")[:2])


def is_recorded(release, numa):
    """Whether it is the very kernel whose answers are recorded."""
    return recorded_kernel(numa).split()[0] == release


def can_ask(numa):
    release = available(numa)
    wanted = series(recorded_kernel(numa))
    if release and series(release) == wanted:
        return True
    print(f"SKIPPED: no {wanted} kernel to boot here" +
          (f" (it is a {release})" if release else "") +
          "; the other tests use its recorded answers")
    return False


# ---- who has answered as recorded --------------------------------------------

def contents(path):
    with open(path, "rb") as file:
        return file.read()


def digest(name, command):
    """Of all that the real kernel's answer depends on, and of the answer."""
    words = command.split()
    parts = [word.replace(BUILD, "").replace(TOP, "").encode()
             for word in words]
    parts += [contents(word) for word in words if os.path.isfile(word)]
    parts += [recorded_kernel(is_numa(command)).encode(), contents(ORACLE),
              contents(RECIPE),
              recorded_answer(name).encode()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest()
                                   for part in parts)).hexdigest()


def read_asked():
    """name -> digest"""
    if not os.path.exists(ASKED):
        return {}
    with open(ASKED) as lines:
        return dict(line.split() for line in lines)


def write_asked(names):
    """Notes that these answered as recorded; forgets those that are no more."""
    programs = read_programs()
    asked = {name: text for name, text in read_asked().items()
             if name in programs}
    asked.update((name, digest(name, programs[name])) for name in names)
    with open(ASKED, "w") as out:
        out.writelines(f"{name} {asked[name]}\n" for name in sorted(asked))


def to_be_asked(programs, asked):
    """
    Those that haven't answered so before, and a few that have: others each
    time that anything in the list changes.
    """
    digests = {name: digest(name, command)
               for name, command in programs.items()}
    known = [name for name in programs if asked.get(name) == digests[name]]
    whole = "".join(sorted(digests.values()))
    known.sort(key=lambda name: hashlib.sha256(
        (whole + name).encode()).digest())
    left = set(known[ALWAYS_ASKED:])
    if left:
        print(f"{len(left)} programs have answered as recorded before "
              "(linux-6.1/ASKED)")
    return {name: command for name, command in programs.items()
            if name not in left}


def compare_real(arguments, write=False):
    if set(arguments) - {"--all"}:
        fail(f"real takes --all and no more: {' '.join(arguments)}")
    stray = set(os.listdir(RECORDED)) - set(read_programs()) - NOT_ANSWERS
    if stray:
        fail(f"recorded, but not in programs: {' '.join(sorted(stray))}")
    kernels = [numa for numa in (False, True) if can_ask(numa)]
    if not kernels:
        sys.exit(SKIPPED)
    for numa in kernels:
        known = not arguments and is_recorded(available(numa), numa)
        programs = to_be_asked(of_kernel(choose([]), numa),
                               read_asked() if known else {})
        compare_kernel(programs, numa)
        if write:
            write_asked(programs)


def compare_kernel(programs, numa):
    """
    The real kernel's clock is the host's: on a busy host a deadline may pass
    before what it waits for. So who answers otherwise is asked once more, when
    nobody else is.
    """
    kernel, answers = ask(programs)
    again = {name: programs[name] for name, text in answers.items()
             if text != recorded_answer(name)}
    bad = 0
    for name in again:
        text = ask({name: again[name]})[1][name]
        lines = list(difflib.unified_diff(
            recorded_answer(name).splitlines(), text.splitlines(),
            f"{name}, recorded", f"{name}, now", lineterm="", n=1))
        print("".join(line + "\n" for line in lines), end="")
        if not lines:
            print(f"note: {name} answered as recorded only when asked again")
        bad += bool(lines)
    if kernel != recorded_kernel(numa):
        print(f"note: recorded by {recorded_kernel(numa)}, this is {kernel}")
    if bad:
        fail(f"{bad} of {len(answers)} answers are not the recorded ones")
    print(f"{kernel}: {len(answers)} programs answer as recorded")


def record(names):
    for numa in (False, True):
        programs = of_kernel(choose(names), numa)
        if programs and not available(numa):
            sys.exit(1)
        if programs:
            record_kernel(programs, numa, not names)


def record_kernel(programs, numa, all_of_them):
    kernel, answers = ask(programs)
    os.makedirs(RECORDED, exist_ok=True)
    for name, text in answers.items():
        with open(os.path.join(RECORDED, name), "w") as out:
            out.write(text)
        print(f"recorded {name}: {len(text.splitlines())} lines")
    if all_of_them or not os.path.exists(kernel_file(numa)):
        with open(kernel_file(numa), "w") as out:
            out.write(kernel + "\n")
    write_asked(answers)


def main():
    verbs = {"recorded": compare_recorded, "record": record,
             "real": compare_real,
             "asked": lambda arguments: compare_real(arguments, write=True)}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    verbs[sys.argv[1]](sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
