#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What others read and write has versions (docs/formats.md): the names and
types that each has are recorded in tests/docs/formats/NAME-VERSION. One that
is gone or has become something else fails, unless the version in emu/formats.h
was raised; one that is new is told, and held as soon as it is recorded, with

    tests/docs/formats.py --record
"""
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
RECORDS = os.path.join(ROOT, "tests/docs/formats")
MMUSCOPE = os.path.join(BUILD, "mmuscope")
HELLO = "host:" + os.path.join(BUILD, "guests/cow")


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def mmuscope(*arguments):
    done = subprocess.run([MMUSCOPE, *arguments], cwd=ROOT, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        sys.exit(f"formats: mmuscope {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def names_in(value, path=""):
    """"cpus[].tlbs[].misses number" and so on, of what JSON says."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from names_in(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield path + "[] list"
        for member in value:
            yield from names_in(member, path + "[]")
    else:
        kind = ("boolean" if isinstance(value, bool) else
                "number" if isinstance(value, (int, float)) else
                "text" if isinstance(value, str) else "null")
        yield f"{path} {kind}"


def keys(page):
    """Keys and what kind of value they take, under the titles of their tables;
    each choice by itself, so that one more is one more."""
    title = ""
    for line in page.split("\n"):
        if line.startswith("#"):
            title = line.strip("# ")
        row = re.match(r"\| `([^`]+)` \| ([^|:]*?)(?:: ([^|]*))? \|", line)
        if row:
            yield f"{title}: {row[1]}: {row[2]}"
            if (row[3] or "").startswith("one of "):
                for choice in row[3][len("one of "):].split(", "):
                    yield f"{title}: {row[1]}: {choice}"


def board():
    return keys(mmuscope("config", "--keys"))


def scenario():
    return keys(mmuscope("test", "--keys"))


def statistics(folder):
    path = os.path.join(folder, "stats.json")
    for board, *more in (
            ("vexpress-a9", "--set", "timing.model=cache", "--ledger",
             os.path.join(folder, "ledger"), "--set", "swap.size=4M"),
            ("numa-2node",), ("vexpress-a9", "--set", "timing.model=block")):
        mmuscope("run", "-q", "--stats", path, *more,
                 f"configs/{board}.yaml", "--", HELLO)
        with open(path, encoding="utf-8") as file:
            yield from names_in(json.load(file))


def trace(folder):
    for group, name in re.findall(r"^TRACE_EVENT\((\w+), (\w+),",
                                  read("kernel/trace_events.def"), re.M):
        yield f"event {group}: {name}"
    for name, fields in re.findall(r'^TRACE_FIELDS\((\w+),\s*"([^"]*)"',
                                   read("kernel/trace_fields.def"), re.M):
        for field in fields.split():
            yield f"field {name}: {field}"
    path = os.path.join(folder, "trace.json")
    mmuscope("run", "-q", "--trace", path, "--trace-events", "all",
             "configs/vexpress-a9.yaml", "--", HELLO)
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            event.pop("fields", None)
            yield from ("line " + name for name in names_in(event))


def sweep():
    line = json.loads(mmuscope(
        "sweep", "--vary", "cpu.tlb.entries=32", "configs/vexpress-a9.yaml",
        "--", HELLO))
    line["stats"] = "those of run --stats"
    line["vary"] = "the values"
    return names_in(line)


def explain():
    board = "configs/vexpress-a9.yaml"
    listed = mmuscope("explain", "--list", "--json", board, "--", HELLO)
    for line in listed.strip().split("\n"):
        yield from ("list " + name for name in names_in(json.loads(line)))
    for number in ("3", "9"):
        told = json.loads(mmuscope("explain", "--fault", number, "--json",
                                   board, "--", HELLO))
        yield from (name for name in names_in(told)
                    if not name.startswith(("before.", "after.")))


def present():
    with tempfile.TemporaryDirectory() as folder:
        return {"BOARD": set(board()), "SCENARIO": set(scenario()),
                "STATISTICS": set(statistics(folder)),
                "TRACE": set(trace(folder)), "SWEEP": set(sweep()),
                "EXPLAIN": set(explain())}


def main():
    versions = dict(re.findall(r"FORMAT_(\w+) = (\d+)", read("emu/formats.h")))
    there, wrong = present(), []
    if sorted(versions) != sorted(there):
        sys.exit(f"formats: {sorted(versions)} have versions, "
                 f"{sorted(there)} are looked at")
    for name, now in there.items():
        path = os.path.join(RECORDS, f"{name.lower()}-{versions[name]}")
        recorded = set()
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                recorded = set(file.read().splitlines())
        for gone in sorted(recorded - now):
            wrong.append(f"{gone}: gone from {name.lower()}, or changed: raise "
                         f"FORMAT_{name} in emu/formats.h, say what is new in "
                         "docs/formats.md, and record")
        if "--record" in sys.argv[1:] and not recorded - now:
            with open(path, "w", encoding="utf-8") as file:
                file.write("".join(line + "\n" for line in sorted(now)))
        elif now - recorded:
            print(f"note: new in {name.lower()}, not held until recorded: "
                  f"{', '.join(sorted(now - recorded))}")
    print("\n".join(wrong) or "every format is as its version says")
    sys.exit(1 if wrong else 0)


main()
