#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks a real Linux whether it prints what scenarios expect.

  scenarios.py [NAME...]     those of configs/scenarios that say `oracle: true`

Each guest is compiled as `mmuscope test` does it and run by tools/linux-oracle,
on a machine with the RAM and the swap that the scenario asks for. What it
prints must be what stands below `expect:`, and its end the one expected. So
nothing is recorded: what mmuscope is held to by every run of the scenarios is
what real Linux is held to here. Skipped, saying so, when there is no such
kernel on this machine, no cross compiler, or no YAML for Python.
"""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SCENARIOS = os.path.join(TOP, "configs", "scenarios")
ORACLE = os.path.join(TOP, "tools", "linux-oracle")
GCC = os.environ.get("CROSS_COMPILE", "arm-linux-gnueabihf-") + "gcc"
FLAGS = ("-O1", "-g0", "-static", "-marm", "-march=armv7-a",
         "-mfpu=vfpv3-d16", "-mfloat-abi=hard", "-w")
SKIPPED = 77


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def fail(why):
    print(f"FAILED: {why}")
    sys.exit(1)


try:
    import yaml
except ImportError:
    skip("this Python has no module yaml (python3-yaml)")


class Scenario:
    def __init__(self, path):
        self.name = os.path.relpath(path, SCENARIOS)[:-len(".yaml")]
        self.folder = os.path.dirname(path)
        with open(path, encoding="utf-8") as file:
            self.text = yaml.safe_load(file)

    def asks_oracle(self):
        return self.text.get("oracle", False)

    def machine(self):
        """RAM and swap, as tools/linux-oracle wants them."""
        board = self.text.get("set", {})
        return (board.get("memory", {}).get("size", "256M"),
                board.get("swap", {}).get("size", "0"))

    def build(self, folder):
        """Compiles its guest; the command."""
        guests = self.text["guests"]
        if len(guests) != 1 or "run" in guests[0]:
            fail(f"{self.name}: one guest of C is wanted for the oracle")
        source = guests[0].get("source")
        if source is None:
            with open(os.path.join(self.folder, guests[0]["file"]),
                      encoding="utf-8") as file:
                source = file.read()
        program = os.path.join(folder, self.name.replace("/", "-"))
        subprocess.run([GCC, *FLAGS, *guests[0].get("cflags", []), "-I",
                        self.folder, "-x", "c", "-", "-o", program],
                       input=source, text=True, check=True)
        return " ".join([program, *map(str, guests[0].get("args", []))])

    def end(self):
        expect = self.text.get("expect", {})
        if "signal" in expect:
            return f"signal {int(getattr(signal, expect['signal']))}"
        return f"exit {expect.get('exit', 0)}"

    def judge(self, answer):
        """What is wrong with real Linux's answer; "" when nothing is."""
        output, end = re.fullmatch(r"(.*)= ([^\n]*)\n", answer,
                                   re.S).groups()
        # a core file or none is the kernel's business
        if end.replace("core", "signal") != self.end():
            return f"ends with {end}, not {self.end()}"
        console = self.text.get("expect", {}).get("console", output)
        if isinstance(console, str):
            console = {"is": console}
        parts = console.get("contains", [])
        good = console.get("is", output) == output and \
            all(part in output for part in
                ([parts] if isinstance(parts, str) else parts)) and \
            re.search(console.get("matches", ""), output, re.M)
        return "" if good else f"prints {output!r}, not {console}"


def run(machine, scenarios, folder):
    """{name: answer} of those, in one boot."""
    memory, swap = machine
    listed = "".join(f"{s.name}\t{s.build(folder)}\n" for s in scenarios)
    done = subprocess.run([ORACLE, "--json", "--list", "/dev/stdin",
                           "--memory", memory, "--swap", swap],
                          input=listed.encode(), stdout=subprocess.PIPE)
    if done.returncode:
        fail(f"tools/linux-oracle ended with {done.returncode}")
    return {p["name"]: p["text"]
            for p in json.loads(done.stdout)["programs"]}


def main(names):
    chosen = [s for s in map(Scenario, sorted(glob.glob(
        os.path.join(SCENARIOS, "*", "*.yaml")))) if s.asks_oracle()]
    unknown = set(names) - {s.name for s in chosen}
    if unknown:
        fail(f"no scenarios for the oracle: {' '.join(sorted(unknown))}")
    chosen = [s for s in chosen if not names or s.name in names]
    if not shutil.which(GCC):
        skip(f"there is no {GCC}")
    if subprocess.run([ORACLE, "--available"]).returncode:
        skip("there is no real kernel on this machine")
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for machine in sorted({s.machine() for s in chosen}):
            group = [s for s in chosen if s.machine() == machine]
            answers = run(machine, group, folder)
            for scenario in group:
                why = scenario.judge(answers[scenario.name])
                if why:
                    print(f"{scenario.name}: real Linux {why}")
                    wrong += 1
    print(f"{len(chosen)} scenarios asked of real Linux, {wrong} differ")
    return wrong != 0


sys.exit(main(sys.argv[1:]))
