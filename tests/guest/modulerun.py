# SPDX-License-Identifier: GPL-2.0-or-later
"""Loading kernel modules in a guest's shell, for the tests of this folder."""
import os
import re

from guestrun import BOARD, BUILD, Run

MODULES = os.path.join(BUILD, "guests", "modules")


def module(name):
    return "host:" + os.path.join(MODULES, name + ".ko")


def shell(script, *files, settings=(), status=0, board=BOARD):
    """Runs @script with the guest paths of @files as $1, $2, …"""
    run = Run(["/bin/sh", "-c", script, "sh", *files], board=board,
              settings=["kernel.verify=fault", *settings])
    run.expect(status)
    return run


def log(run):
    """What the kernel logged after boot, without stamps: the script's dmesg."""
    lines = re.findall(r"^\[ *\d+\.\d+\] (.*)$", run.out.decode(), re.M)
    boot = [n for n, text in enumerate(lines) if text.startswith("Freeing un")]
    return lines[boot[-1] + 1:] if boot else lines
