#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
tools/mutate on a tree of a dozen lines: one mutation that its test catches,
one that it can't, and patches that are wrong in each way that a patch can be.
"""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
FILES = {
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.21)
project(toy LANGUAGES C)
enable_testing()
add_executable(unit-toy-test_add add.c)
add_test(NAME unit/toy/test_add COMMAND unit-toy-test_add)
""",
    "add.c": """int add(int a, int b);
int add(int a, int b)
{
	return a + b;
}
int main(void)
{
	return add(2, 3) == 5 ? 0 : 1;
}
""",
}
HEADER = """Mutation: a sum is wrong
Breaks: everything that
  adds.
Caught-by: unit/toy/test_add
"""


def diff(old, new):
    return (f"\n--- a/add.c\n+++ b/add.c\n@@ -90,3 +90,3 @@\n {{\n-\t{old}\n"
            f"+\t{new}\n }}\n")


PATCHES = {  # name: (text, status, what is said)
    "caught": (HEADER + diff("return a + b;", "return a - b;"), 0,
               "ok     caught"),
    "not-caught": (HEADER + diff("return a + b;", "return b + a;"), 1,
                   "MISSED not-caught"),
    "hangs": (HEADER + diff("return a + b;", "for (;;);"), 0,
              "no end after 2 s"),
    "drifted": (HEADER + diff("return a + b;", "return a - b;")
                .replace(" {\n", " (\n"), 0, "ok     drifted"),
    "gone": (HEADER + diff("return a * b;", "return a;"), 1,
             "what it replaces is there no more"),
    "no-c": (HEADER + diff("return a + b;", "return a +;"), 1,
             "doesn't build"),
    "nobody": (HEADER.replace("Caught-by: unit/toy/test_add\n", "")
               + diff("return a + b;", "return a;"), 1, "Caught-by: who?"),
    "no-field": (HEADER + "Colour: red\n"
                 + diff("return a + b;", "return a;"), 1,
                 "no field of a header: 'Colour: red'"),
    "no-diff": (HEADER, 1, "no empty line, or no diff"),
    "no-test": (HEADER.replace("test_add", "test_sub")
                + diff("return a + b;", "return a;"), 1, "can't be built"),
}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def run(tree, *args):
    done = subprocess.run([sys.executable, os.path.join(tree, "tools/mutate"),
                           *args], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def expect(what, got, status, words):
    if got[0] != status or words not in got[1]:
        sys.exit(f"FAILED: {what}: status {got[0]}, not {status}, or no "
                 f"'{words}' in:\n{got[1]}")


with tempfile.TemporaryDirectory() as tree:
    subprocess.run(["git", "init", "-q", tree], check=True)
    write(os.path.join(tree, ".gitignore"), "/build/\n")
    for name, text in FILES.items():
        write(os.path.join(tree, name), text)
    os.makedirs(os.path.join(tree, "tools"))
    shutil.copy(os.path.join(ROOT, "tools", "mutate"),
                os.path.join(tree, "tools"))
    for name, (text, status, words) in PATCHES.items():
        path = os.path.join(tree, "tests", "mutate", name + ".patch")
        write(path, text)
        expect(name, run(tree, "--timeout", "2", name), status, words)
        if name in ("gone", "nobody", "no-field", "no-diff"):
            expect(name, run(tree, "--check"), 1, words)
        os.remove(path)
    # What is known isn't asked for again, unless it has changed.
    patches = os.path.join(tree, "tests", "mutate")
    for name in ("caught", "not-caught"):
        write(os.path.join(patches, name + ".patch"), PATCHES[name][0])
    expect("all", run(tree, "--timeout", "2"), 1, "")
    with open(os.path.join(patches, "results.md")) as file:
        report = file.read()
    expect("the report", (0, report), 0, "1 of 2 were caught")
    expect("nothing new", run(tree, "caught"), 0, "")
    if run(tree, "caught")[1]:
        sys.exit("FAILED: what is known was asked for again")
    write(os.path.join(tree, "add.c"),
          FILES["add.c"].replace("add(2, 3) == 5", "add(2, 2) == 4"))
    expect("changed", run(tree, "caught"), 0, "ok     caught")
    with open(os.path.join(tree, "add.c")) as file:
        if "a - b" in file.read():
            sys.exit("FAILED: the tree itself was mutated")
