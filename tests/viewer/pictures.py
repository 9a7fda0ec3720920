#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures of fixed runs beside their references in references/.

    tests/viewer/pictures.py            # compare; what differs is kept
    tests/viewer/pictures.py --remake   # make the references anew: look at them
    tests/viewer/pictures.py --docs     # and the README's, docs/pictures/

Also: the same run gives the same bytes, and a series has what it should."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
TOOL = os.path.join(BUILD, "tests", "viewer", "picture")
MOST_PERCENT = 1.0

BOARD = "configs/vexpress-a9.yaml"
ALBUM = "host:" + os.path.join(BUILD, "guests", "album")
COPYING = ["--select", "address:album:76e10000", "--select", "fault:470"]
SMALL = ["--set", "memory.size=16M", "--set", "swap.size=32M"]

# layout: moment, options, arguments of the guest
SCENES = {
    "overview": ("fault:500", COPYING, []),
    "memory": ("fault:500", ["--palette", "light"], []),
    "time": ("end", [], []),
    "translation": ("fault:500", COPYING, []),
    "events": ("fault:500", COPYING, []),
    "books": ("fault:9000", SMALL, ["much"]),
}

# The README's: file, and what follows `mmuscope run -q --screenshot …@`
DOCS = {
    "overview": (
        "fault:9000", ["--set", "memory.size=24M", "--set", "swap.size=64M"],
        ["swapset", "48", "1"]),
    "translation": (
        "fault:470", ["--layout", "translation", "--palette", "light",
                      "--select", "address:album:76e10000"], ["album"]),
    "books": (
        "fault:9000", ["--layout", "books", "--set", "memory.size=24M",
                       "--set", "swap.size=64M"], ["swapset", "48", "1"]),
}
errors = []


def remake_documents():
    for name, (moment, options, guest) in DOCS.items():
        path = os.path.join(ROOT, "docs", "pictures", name + ".png")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run(
            [os.path.join(BUILD, "mmuscope"), "run", "-q", "--size",
             "1280x800", *options, "--screenshot", f"{path}@{moment}", BOARD,
             "--", "host:" + os.path.join(BUILD, "guests", guest[0]),
             *guest[1:]], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        print(path)


def mmuscope(options, arguments):
    """Its exit status and what it said."""
    done = subprocess.run(
        [os.path.join(BUILD, "mmuscope"), "run", "-q", *options, BOARD, "--",
         ALBUM, *arguments], cwd=ROOT, capture_output=True, text=True,
        stdin=subprocess.DEVNULL)
    return done.returncode, done.stderr


def take(name, path):
    moment, options, arguments = SCENES[name]
    status, said = mmuscope(
        ["--layout", name.split("-")[0], "--size", "1100x700", *options,
         "--screenshot", f"{path}@{moment}"], arguments)
    if status:
        sys.exit(f"{name}: status {status}: {said}")


def reference(name):
    return os.path.join(HERE, "references", name + ".png")


def compare(name, folder):
    path = os.path.join(folder, name + ".png")
    take(name, path)
    done = subprocess.run([TOOL, "compare", path, reference(name)],
                          capture_output=True, text=True)
    if done.returncode:
        errors.append(done.stderr.strip())
        return
    percent, *where = done.stdout.split()
    if float(percent) > MOST_PERCENT:
        kept = os.path.join(BUILD, f"differs-{name}.png")
        shutil.copy(path, kept)
        errors.append(f"{name}: {percent} % is not as in {reference(name)}, "
                      f"all of it in {where[0]}; see {kept}")


def check_same(folder):
    """Twice the same, whatever the threads do."""
    path = os.path.join(folder, "again.png")
    with open(os.path.join(folder, "overview.png"), "rb") as file:
        first = file.read()
    take("overview", path)
    with open(path, "rb") as file:
        if file.read() != first:
            errors.append("overview: another picture of the same run")


def check_series(folder):
    record = os.path.join(folder, "record")
    options = ["--record", record + "@fault:450", "--every", "fault:25",
               "--size", "300x200"]
    status, said = mmuscope(options, [])
    names = sorted(os.listdir(record))
    with open(os.path.join(record, "pictures.txt"), encoding="utf-8") as file:
        rows = [line.split() for line in file]
    faults = [int(row[-1]) for row in rows]
    if status or said:
        errors.append(f"series: status {status}: {said}")
    if names != [row[0] for row in rows] + ["pictures.txt"]:
        errors.append(f"series: {names} are not those of pictures.txt")
    # 256 + 128 + 64 pages touched, 96 copied, two of code: 546
    if faults != [450, 475, 500, 525, 546]:
        errors.append(f"series: pictures at faults {faults}")
    status, said = mmuscope(options, [])
    if status != 125 or "earlier run" not in said:
        errors.append(f"a second series: status {status}: {said}")


def main():
    if sys.argv[1:] == ["--docs"]:
        remake_documents()
        return
    if sys.argv[1:] == ["--remake"]:
        os.makedirs(os.path.join(HERE, "references"), exist_ok=True)
        for name in SCENES:
            path = os.path.join(BUILD, f"scene-{name}.png")
            take(name, path)
            subprocess.run([TOOL, "shrink", path, reference(name)], check=True)
            print(f"{reference(name)}, from {path}")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in SCENES:
            compare(name, folder)
        check_same(folder)
        check_series(folder)
    print("\n".join(errors) or "all pictures are as they should be")
    sys.exit(1 if errors else 0)


main()
