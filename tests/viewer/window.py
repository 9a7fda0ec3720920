#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A window on a real X server (Xvfb), moved by a real hand (xdotool): keys and
clicks arrive, it is resized to nothing and back, and closed."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
BOARD = os.path.join(ROOT, "configs", "vexpress-a9.yaml")
PATIENCE = 40  # seconds, under a sanitizer on a busy machine


def fail(text):
    sys.exit(f"window: {text}")


def until(what, condition):
    """What @condition gives once that isn't empty."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.05)
    return fail(f"{what}: not in {PATIENCE} seconds")


class Screen:
    """An X server of our own, on a display that it chooses."""

    def __init__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24",
             "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            fail("Xvfb doesn't start")
        self.environment = {**os.environ, "DISPLAY": ":" + number}
        self.environment.pop("WAYLAND_DISPLAY", None)
        # Display drivers are unloaded before leaks are looked for, and theirs
        # have no name then; ours show in unit/viewer/test_desk.
        self.environment["ASAN_OPTIONS"] = "detect_leaks=0"
        self.environment.pop("SDL_VIDEODRIVER", None)

    def hand(self, *words):
        done = subprocess.run(["xdotool", *words], capture_output=True,
                              text=True, env=self.environment)
        return done.stdout.strip()

    def close(self):
        self.server.terminate()
        self.server.wait()


class Window:
    def __init__(self, screen, folder, *options):
        self.screen = screen
        self.folder = folder
        self.machine = subprocess.Popen(
            [os.path.join(BUILD, "mmuscope"), "run", "-q", "--view", "--size",
             "900x600", *options, BOARD, "--", "/bin/sh", "-c",
             "while :; do ls / >/dev/null; done"],
            cwd=folder, env=screen.environment, stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        try:
            self.id = until("a window", self.find)
        except SystemExit:
            self.machine.kill()
            raise

    def find(self):
        if self.machine.poll() is not None:
            fail("it ended: " + self.machine.stderr.read())
        return self.screen.hand("search", "--name", "^mmuscope").split("\n")[0]

    def keys(self, *names):
        self.screen.hand("mousemove", "--window", self.id, "200", "300")
        for name in names:
            self.screen.hand("key", name)

    def resize(self, width, height):
        self.screen.hand("windowsize", self.id, str(width), str(height))

    def pictures(self):
        return sorted(name for name in os.listdir(self.folder)
                      if name.endswith(".png"))

    def picture(self):
        """The next that the screenshot key writes, once it is whole."""
        before = self.pictures()
        self.keys("F12")
        name = until("a picture", lambda: set(self.pictures()) - set(before))
        path = os.path.join(self.folder, name.pop())
        until("its end", lambda: b"IEND" in open(path, "rb").read()[-12:])
        with open(path, "rb") as file:
            return file.read()


def size_of(png):
    return (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"))


def check_size(window, size):
    until(f"a picture of {size}", lambda: size_of(window.picture()) == size)


def session(window):
    screen = window.screen
    check_size(window, (900, 600))
    window.keys("space")
    time.sleep(0.5)
    dark = window.picture()
    window.keys("t")
    until("other colours", lambda: window.picture() != dark)
    for x, y in ((100, 100), (400, 300), (850, 580)):
        screen.hand("mousemove", "--window", window.id, str(x), str(y),
                    "click", "1", "click", "4", "click", "5")
    window.resize(1, 1)
    time.sleep(0.3)
    window.resize(1000, 700)
    check_size(window, (1000, 700))
    screen.hand("windowminimize", window.id)
    screen.hand("windowmap", window.id)
    window.keys("space")
    check_size(window, (1000, 700))
    window.keys("q")
    until("its end", lambda: window.machine.poll() is not None)
    return window.machine.stderr.read()


def main():
    for tool in ("Xvfb", "xdotool"):
        if not shutil.which(tool):
            print(f"no {tool}: tools/setup installs it")
            sys.exit(77)
    screen = Screen()
    try:
        with tempfile.TemporaryDirectory() as folder:
            window = Window(screen, folder, "--stop")
            try:
                said = session(window)
            finally:
                window.machine.kill()
    finally:
        screen.close()
    if said:
        fail(f"it said: {said}")
    print("the window did all that it should")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
main()
