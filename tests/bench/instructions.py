# SPDX-License-Identifier: GPL-2.0-or-later
"""
Host speed, held by counting: the host's instructions that a small guest takes
under each timing.model, with a TLB that holds its pages and with one of four
entries. Valgrind counts them, the engine's translated code included, and
counts the same on an idle machine and a busy one; seconds would not do.

A guest's figure is what it takes beyond `hello` under timing.model: count, by
the guest's instructions; hello's own, which is boot, is in millions. More than TOLERANCE above what
tests/bench/instructions.json has for this machine, compiler and engine fails;
less is said. Where nothing is recorded for them, or valgrind is missing, it is
skipped. --record writes down what was counted: for a change that is worth what
it costs, or that made something faster.
"""
import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
RECORDED = os.path.join(HERE, "instructions.json")
BUILT_BY = os.environ.get("MMUSCOPE_BUILT_BY")
TOLERANCE = 0.05
SKIPPED = 77

BOOT = "boot"
MIXTURE = ("mixture", "20")
TIGHT = ("cpu.tlb.entries=4",)
# name, model, arguments, settings; long ones first
RUNS = (("cache: mixture, 4 entries", "cache", MIXTURE, TIGHT),
        ("cache: mixture", "cache", MIXTURE, ()),
        ("block: mixture", "block", MIXTURE, ()),
        ("count: mixture, 4 entries", "count", MIXTURE, TIGHT),
        ("count: mixture", "count", MIXTURE, ()),
        (BOOT, "count", ("hello",), ()))


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


def count(model, guest, settings):
    """The host's and the guest's instructions of one run."""
    environment = dict(os.environ)
    environment.pop("MMUSCOPE_SLAB_ALLOCATOR", None)
    with tempfile.NamedTemporaryFile(suffix=".json") as stats:
        argv = ["valgrind", "--tool=cachegrind", "--cache-sim=no",
                "--cachegrind-out-file=/dev/null",
                os.path.join(BUILD, "mmuscope"), "run", "-q",
                os.path.join(ROOT, "configs", "vexpress-a9.yaml"),
                "--stats", stats.name, "--set=timing.model=" + model,
                *("--set=" + setting for setting in settings), "--",
                "host:" + os.path.join(BUILD, "guests", guest[0]),
                *guest[1:]]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120,
                              env=environment, check=False)
        refs = re.search(r"I +refs: +([\d,]+)", done.stderr)
        if done.returncode or not refs:
            sys.exit(f"FAILED: {' '.join(argv)} ended with {done.returncode}:"
                     f"\n{done.stderr}")
        guests = json.load(open(stats.name))["instructions"]
    return int(refs.group(1).replace(",", "")), guests


def figures():
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        counted = dict(zip((run[0] for run in RUNS),
                           pool.map(lambda run: count(*run[1:]), RUNS)))
    boot, _ = counted.pop(BOOT)
    found = {BOOT: round(boot / 1e6, 2)}
    for name, (host, guest) in counted.items():
        found[name] = round((host - boot) / guest, 2)
    return found


def processor():
    """Its name: the C library's copies and searches are chosen by it."""
    with open("/proc/cpuinfo") as file:
        name = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    return name.group(1) if name else platform.machine()


def built_by():
    """What the figures depend on, but for the tree itself."""
    if BUILT_BY:
        return (f"{platform.machine()}, {processor()}, "
                f"{os.confstr('CS_GNU_LIBC_VERSION')}, {BUILT_BY}")
    return None


def compare(found, recorded):
    worse = 0
    for name, value in found.items():
        before = recorded.get(name)
        if before is None:
            print(f"{name:28} {value:8.2f}, not recorded")
            worse += 1
            continue
        change = value / before - 1
        verdict = ""
        if change > TOLERANCE:
            verdict = "  FAILED"
            worse += 1
        elif change < -TOLERANCE:
            verdict = "  better: --record"
        print(f"{name:28} {value:8.2f}, recorded {before:8.2f}: "
              f"{100 * change:+5.1f} %{verdict}")
    return worse


parser = argparse.ArgumentParser(
    description="counts the host's instructions of small guests")
parser.add_argument("--record", action="store_true",
                    help="write down what was counted")
record = parser.parse_args().record

if not shutil.which("valgrind"):
    skip("valgrind is missing: run tools/setup")
key = built_by()
if not key:
    skip("MMUSCOPE_BUILT_BY is not set: ctest --test-dir build -R "
         "bench/instructions")
with open(RECORDED) as file:
    all_recorded = json.load(file)
if not record and key not in all_recorded:
    skip(f"nothing is recorded for {key}")
found = figures()
if record:
    all_recorded[key] = found
    with open(RECORDED, "w") as file:
        json.dump(all_recorded, file, indent="\t", sort_keys=True)
        file.write("\n")
if compare(found, all_recorded[key]):
    sys.exit(f"FAILED: more than {100 * TOLERANCE:.0f} % above what is "
             "recorded; if it is worth that: instructions.py --record")
