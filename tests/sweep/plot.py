#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/plot: what gnuplot is told of lines made here, pictures of the form
and size that were asked for, and what is refused."""
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

PLOT = os.path.join(os.path.abspath(sys.argv[1]), "tools", "plot")
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
failures = []


def check(what, good, *more):
    if not good:
        failures.append(what)
        print("FAILED:", what, *more)


def plot(*words, file="p.jsonl"):
    return subprocess.run([PLOT, file, *words], capture_output=True, text=True,
                          timeout=60)


def write(points, name="p.jsonl"):
    with open(name, "w", encoding="utf-8") as file:
        for point in points:
            file.write(json.dumps(point) + "\n")


def point(vary, cycles, error=None):
    stats = {"cycles": cycles, "instructions": cycles // 2, "cpus": [
        {"tlbs": [{"name": "main", "misses": cycles // 100}]}]}
    return {"vary": vary, "id": "0", "exit": 0, "error": error,
            "stats": None if error else stats}


write([point({"memory.size": size << 20, "cpu.tlb.replacement": policy},
             size * 1000 + len(policy))
       for size in (16, 32, 64, 128) for policy in ("lru", "random")] +
      [point({"memory.size": 1, "cpu.tlb.replacement": "lru"}, 0, "broken")])
BY = ["--by", "cpu.tlb.replacement"]
done = plot("--x", "memory.size", "--y", "cycles", *BY, "-o", "p.png",
            "--script")
check("script", done.returncode == 0, done.stderr)
check("left out", done.stderr == "plot: 1 points of p.jsonl have no run and "
      "are left out\n", done.stderr)
for line in ("set logscale x 2",
             'set xtics ("16M" 16777216, "32M" 33554432, "64M" 67108864, '
             '"128M" 134217728)',
             'set xlabel "memory.size (bytes)"', 'set ylabel "cycles"',
             "16777216 16003", "134217728 128006"):
    check(line, line + "\n" in done.stdout, done.stdout)
colours = re.findall(r'lc rgb "(#\w+)" lw 2', done.stdout)
check("two curves", len(set(colours)) == 2, colours)
done = plot("--x", "cpu.tlb.replacement", "--y", "cycles/instructions",
            "--where", "memory.size=33554432", "-o", "p.svg", "--script")
check("quotient", 'set ylabel "cycles/instructions (cycles per instruction)"'
      in done.stdout and "0 2.0" in done.stdout and
      'set xtics ("lru" 0, "random" 1)' in done.stdout, done.stdout)
done = plot("--x", "memory.size", "--y", "cpus.0.tlbs.main.misses", *BY,
            "-o", "p.png", "--script")
check("by name", "16777216 160\n" in done.stdout, done.stdout)


def refuse(message, *words, **more):
    done = plot(*words, **more)
    check(message, done.returncode == 1 and done.stderr.splitlines()[-1:] ==
          ["plot: " + message] and not os.path.exists("x.png"),
          done.returncode, done.stderr)


OUT = ["-o", "x.png"]
refuse("several points have memory.size 16777216; choose by --by or --where "
       "of cpu.tlb.replacement", "--x", "memory.size", "--y", "cycles", *OUT)
refuse("cpus.0.tlbs: has members: main", "--x", "memory.size", "--y",
       "cpus.0.tlbs", *BY, *OUT)
refuse("speed: no 'speed' there; there are cycles, instructions, cpus; varied "
       "are memory.size, cpu.tlb.replacement", "--x", "memory.size", "--y",
       "speed", *BY, *OUT)
refuse("--where memory.size=1: no such point; there are 16777216, 33554432, "
       "67108864, 134217728", "--x", "memory.size", "--y", "cycles",
       "--where", "memory.size=1", *OUT)
refuse("'x.pdf' ends neither in .png nor in .svg", "--x", "a", "--y", "b",
       "-o", "x.pdf")
refuse("can't read 'nowhere': No such file or directory", "--x", "a", "--y",
       "b", *OUT, file="nowhere")
with open("bad", "w", encoding="utf-8") as bad:
    bad.write("[]\n")
refuse("bad:1: no line of a sweep", "--x", "a", "--y", "b", *OUT, file="bad")

if shutil.which("gnuplot"):
    WORDS = ["--x", "memory.size", "--y", "cycles", *BY, "--title", 'a "b" $c']
    done = plot(*WORDS, "-o", "p.png", "--size", "640x400")
    with open("p.png", "rb") as file:
        head = file.read(24)
    check("png", head[:4] == b"\x89PNG" and
          struct.unpack(">II", head[16:]) == (640, 400), done.stderr)
    done = plot(*WORDS, "-o", "p.svg")
    with open("p.svg", encoding="utf-8") as file:
        svg = file.read()
    check("svg", "<svg" in svg and "random" in svg and "memory.size" in svg,
          done.stderr)
    done = plot(*WORDS, "-o", "/nowhere/p.png")
    check("no folder", done.returncode == 1 and
          done.stderr.splitlines()[-1] == "plot: can't write to "
          "'/nowhere/p.png': No such file or directory",
          done.stderr)

print(f"{len(failures)} failures" if failures else "all as it should be")
if not failures and not shutil.which("gnuplot"):
    print("no gnuplot: nothing was drawn")
    sys.exit(77)
sys.exit(1 if failures else 0)
