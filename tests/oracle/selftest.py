#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The comparison itself: each kind of difference is seen, and only those."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import oracle  # noqa: E402

TABLE = """# a comment
[one]
- real line
+ our line
  it has a reason

- only there
  of two lines,
  this one

+ only here
  another
[two]
- real line
+ our line
  the same difference of another program
"""


def quietly(function, *args):
    """What @function returned, or "exit N"; and what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            result = function(*args)
        except SystemExit as end:
            result = f"exit {end.code}"
    return result, out.getvalue()


def read(text):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        return quietly(oracle.read_differences, file.name)


def check(what, condition):
    if not condition:
        print(f"FAILED: {what}")
        sys.exit(1)
    print(f"ok: {what}")


def judged(real, ours, name="one", table=TABLE):
    """Unexpected differences, and expected ones that did not show."""
    blocks = [b for b in read(table)[0] if b.name == name]
    found, text = quietly(oracle.judge, name, real, ours, blocks)
    missing, more = quietly(oracle.gone, blocks)
    return found, missing, text + more


def test_judge():
    real = "a\nreal line\nb\nonly there\nc\nd\n"
    ours = "a\nour line\nb\nc\nonly here\nd\n"
    check("the table's differences are expected", judged(real, ours)[:2] ==
          (0, 0))
    check("equal answers: the table's differences are gone",
          judged(real, real)[:2] == (0, 3))
    check("a difference that is none any more is named",
          "no longer differs" in judged(real, real)[2])
    check("one more line is a difference",
          judged(real, ours + "more\n")[:2] == (1, 0))
    check("a changed line of ours is one, and the old one is gone",
          judged(real, ours.replace("our line", "our other line"))[:2] ==
          (1, 1))
    check("a changed line of real Linux is one, and the old one is gone",
          judged(real.replace("real line", "real other line"), ours)[:2] ==
          (1, 1))
    check("the same difference twice is one too many",
          judged(real + "real line\n", ours + "our line\n")[:2] == (1, 0))
    check("another program's table does not count",
          judged(real, ours, "three")[:2] == (3, 0))
    check("another end is a difference",
          judged("a\n= exit 0\n", "a\n= signal 11\n", "three")[0] == 1)
    check("no output at all is one",
          judged("a\n= exit 0\n", "= exit 0\n", "three")[0] == 1)


def test_table():
    check("a block without a reason is refused",
          read("[one]\n- a\n+ b\n\n- c\n  reason\n")[0] == "exit 1")
    check("a block without a program is refused",
          read("- a\n+ b\n  reason\n")[0] == "exit 1")
    check("a reason without a block is refused",
          read("[one]\n  reason\n")[0] == "exit 1")


def run(*args, path=None):
    environment = dict(os.environ)
    if path:
        environment["PATH"] = path
    return subprocess.run([sys.executable, oracle.ORACLE, *args],
                          capture_output=True, text=True, env=environment)


def test_tool():
    with tempfile.TemporaryDirectory() as empty:
        done = run("--available", "--image", empty)
        check("no image: said, with what to do", done.returncode == 125 and
              "tools/setup --oracle" in done.stderr)
        open(os.path.join(empty, "vmlinuz-6.1.0-0-none"), "w").close()
        done = run("--available", "--image", empty, path=empty)
        check("no qemu: said, with what to do", done.returncode == 125 and
              "qemu-system-arm is missing" in done.stderr)
        script = os.path.join(empty, "spin.sh")
        with open(script, "w") as out:
            out.write("#!/bin/sh\necho before; while :; do :; done\n")
        done = run("--here", "--limit", "1", script)
        check("a program that does not end: stopped at its limit",
              done.returncode == 124 and done.stdout == "before\n" and
              "did not end within 1 s" in done.stderr)
        done = run("--here", "/bin/sh -c 'exit 7'")
        check("the exit status is the program's", done.returncode == 7)
        done = run("--here", "/bin/sh -c 'kill -SEGV $$'")
        check("so is the signal", done.returncode == 128 + 11)
        done = run("--here", script + "x")
        check("no such file: said", done.returncode == 125 and
              "no such file" in done.stderr)
        done = run("--here", "--set", "memory.size=1M", "/bin/true")
        check("a machine that can't run: its console is shown",
              done.returncode == 124 and "memory.size" in done.stderr)


def chosen(programs):
    left, _ = quietly(oracle.to_be_asked, programs, oracle.read_asked())
    return set(left)


def test_asked():
    """Who has answered as recorded isn't asked again, until anything changes."""
    names = [f"n{i}" for i in range(20)]
    saved = (oracle.RECORDED, oracle.ASKED, oracle.RECIPE,
             oracle.read_programs)
    with tempfile.TemporaryDirectory() as folder:
        for name in names + ["KERNEL"]:
            with open(os.path.join(folder, name), "w") as out:
                out.write(f"{name} says\n")
        program = os.path.join(folder, "program")
        with open(program, "w") as out:
            out.write("one\n")
        programs = {name: f"{program} {name}" for name in names}
        oracle.RECORDED = folder
        oracle.ASKED = os.path.join(folder, "ASKED")
        oracle.RECIPE = program
        oracle.read_programs = lambda: programs
        check("nobody has answered yet: all are asked",
              chosen(programs) == set(names))
        oracle.write_asked(names[:15])
        asked = chosen(programs)
        check("the others, and a few", asked > set(names[15:]) and
              len(asked) == 5 + oracle.ALWAYS_ASKED)
        with open(os.path.join(folder, "n3"), "a") as out:
            out.write("more\n")
        check("another recorded answer: asked", "n3" in chosen(programs))
        other = dict(programs, n4=f"{program} n5")
        check("other arguments: asked", "n4" in chosen(other))
        with open(program, "w") as out:
            out.write("two\n")
        check("another program: all are asked",
              chosen(programs) == set(names))
        oracle.write_asked(names)
        with open(os.path.join(folder, "KERNEL"), "w") as out:
            out.write("another\n")
        check("another kernel: all are asked",
              chosen(programs) == set(names))
    (oracle.RECORDED, oracle.ASKED, oracle.RECIPE,
     oracle.read_programs) = saved


test_judge()
test_table()
test_asked()
test_tool()
