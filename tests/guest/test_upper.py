# SPDX-License-Identifier: GPL-2.0-or-later
"""
What guests change is found by later runs (rootfs.upper), and nothing else is.

The same commands at random, in one run without an upper folder and cut into
several runs with one, must leave the same tree. MMUSCOPE_UPPER_SEEDS asks for
more than the few here.
"""
import os
import random
import signal
import stat
import subprocess
import tempfile

from guestrun import BOARD, BUILD, Run, check
from roots import fingerprint, make_root

NAMES = ["a", "b", "c", "low", "bin2", "x y"]
DIRS = ["", "d1/", "d2/", "d1/d3/", "low1/", "low1/low2/", "low3/"]
LIST = r"""
find /w /low -print | sort | while read -r f; do
  if [ -h "$f" ]; then echo "$f -> $(readlink "$f")"
  else echo "$f $(stat -c '%f %u %g %t,%T' "$f")"; fi
  if [ ! -d "$f" ]; then stat -c '%h' "$f"; fi
  if [ -f "$f" -a ! -h "$f" ]; then md5sum < "$f"; fi
done
"""


def command(rng):
    """One thing that a guest may do to its files."""
    def path():
        return f"'/{rng.choice(['w', 'low'])}/" \
            f"{rng.choice(DIRS)}{rng.choice(NAMES)}'"

    def folder():
        return f"/{rng.choice(['w', 'low'])}/{rng.choice(DIRS[1:])}"
    n = rng.randrange(1000)
    return "{ " + rng.choice([
        lambda: f"echo {n} > {path()}",
        lambda: f"echo {n} >> {path()}",
        lambda: f"dd if=/bin/busybox of={path()} bs=1000 count=9 "
                f"seek={n % 20} conv=notrunc",
        lambda: f"truncate -s {n * 20} {path()}",
        lambda: f"mkdir {folder()}",
        lambda: f"mkdir {folder()}",
        lambda: f"rmdir {folder()}",
        lambda: f"rm -rf {path()}",
        lambda: f"rm -rf {folder()}",
        lambda: f"mv -T {path()} {path()}",
        lambda: f"mv -T {folder()} {folder()}",
        lambda: f"mv -T {folder()} {path()}",
        lambda: f"ln {path()} {path()}",
        lambda: f"ln {path()} {path()}",
        lambda: f"ln -s ../../../../secret{n} {path()}",
        lambda: f"mknod {path()} c 1 {3 + n % 3 * 2}",
        lambda: f"chmod {rng.choice(['600', '4755', '755', '1777'])} {path()}",
        lambda: f"chown {n}:{n + 1} {path()}",
        lambda: "sync",
    ])() + "; } 2>/dev/null"


def fill(root):
    """Files of the host for guests to change."""
    for name in ("w", "low", "low/low1", "low/low1/low2", "low/low3"):
        os.mkdir(os.path.join(root, name))
    for name in ("low/low1/a", "low/low1/low2/b", "low/low3/c", "low/low"):
        with open(os.path.join(root, name), "wb") as file:
            file.write(name.encode() * 1000)
    os.link(os.path.join(root, "low/low"), os.path.join(root, "low/low3/low"))
    os.symlink("low1/a", os.path.join(root, "low/b"))


def same_tree(root, top, seed):
    rng = random.Random(seed)
    parts = [[command(rng) for _ in range(rng.randrange(5, 40))]
             for _ in range(4)]
    base = [f"rootfs.path={root}"]
    whole = "\n".join(sum(parts, []))
    expected = Run(["/bin/sh", "-c", whole + LIST], settings=base).expect()
    upper = os.path.join(top, f"upper{seed}")
    settings = base + [f"rootfs.upper={upper}"]
    for part in parts:
        Run(["/bin/sh", "-c", "\n".join(part)], settings=settings)
    run = Run(["/bin/sh", "-c", LIST], settings=settings)
    check(run.out == expected.out, f"seed {seed}: the tree is another", run)
    # and once more, of what nobody has touched since
    Run(["/bin/sh", "-c", LIST], settings=settings).expect(out=expected.out)
    for folder, folders, files in os.walk(upper):
        for name in folders + files:
            st = os.lstat(os.path.join(folder, name))
            check(stat.S_ISREG(st.st_mode) or stat.S_ISDIR(st.st_mode),
                  f"no plain file: {folder}/{name}")
            check(not st.st_mode & 0o7000, f"rights: {folder}/{name}")
    check(os.listdir(upper) == ["current"], "left over: " +
          " ".join(os.listdir(upper)))


def run_until(words, settings, script):
    """A run that has said @words, and goes on."""
    argv = [os.path.join(BUILD, "mmuscope"), "run", BOARD, "-q"]
    for setting in settings:
        argv += ["--set", setting]
    run = subprocess.Popen(argv + ["--", "/bin/sh", "-c", script],
                           stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    check(words in run.stdout.readline(), f"it didn't say {words}")
    return run


def killed_run(root, top):
    """Kept is what was synced; meanwhile nobody else gets in."""
    upper = os.path.join(top, "killed")
    settings = [f"rootfs.path={root}", f"rootfs.upper={upper}"]
    Run(["/bin/sh", "-c", "echo one > /w/f"], settings=settings).expect()
    run = run_until(b"synced", settings, "echo two > /w/f; echo > /w/g; sync; "
                    "sync; echo three > /w/f; echo synced; "
                    "while :; do echo four > /w/f; done")
    other = Run(["/bin/true"], settings=settings)
    check(other.status == 125 and b"in use by another run" in other.err,
          "two runs in one folder", other)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    Run(["/bin/sh", "-c", "cat /w/f; ls /w"],
        settings=settings).expect(out=b"two\nf\ng\n")


def moments(root, top):
    """A host that failed between any two renamings leaves a whole state."""
    upper = os.path.join(top, "moments")
    settings = [f"rootfs.path={root}", f"rootfs.upper={upper}"]

    def state(text):
        Run(["/bin/sh", "-c", f"echo {text} > /w/f"],
            settings=settings).expect()

    def expect(text):
        Run(["/bin/cat", "/w/f"], settings=settings).expect(out=text)

    state("new")
    for other in ("next", "old", "base"): # gone from current, not yet there
        os.rename(upper + "/current", upper + "/" + other)
        expect(b"new\n")
    os.rename(upper + "/current", upper + "/base")
    os.mkdir(upper + "/next") # not written to its end
    with open(upper + "/next/index", "w") as index:
        index.write("mmuscope-upper 1\nobject")
    expect(b"new\n")


def refused(root, top):
    """Folders that can't be one, each with its sentence."""
    strange = os.path.join(top, "strange")
    os.mkdir(strange)
    with open(os.path.join(strange, "thesis"), "w") as file:
        file.write("years of work")
    for upper, why in ((strange, b"other things lie in it"),
                       (os.path.join(root, "w"), b"lie in one another"),
                       (top, b"lie in one another"),
                       (os.path.join(top, "no/such"), b"No such file"),
                       (os.path.join(strange, "thesis"), b"Not a directory")):
        run = Run(["/bin/true"], settings=[f"rootfs.path={root}",
                                           f"rootfs.upper={upper}"])
        check(run.status == 125 and why in run.err, f"{upper}: {why}", run)
    check(os.listdir(strange) == ["thesis"], "it was touched")


def main():
    with tempfile.TemporaryDirectory() as top:
        root = os.path.join(top, "root")
        make_root(root)
        fill(root)
        before = fingerprint(root)
        for seed in range(6, 6 + int(
                os.environ.get("MMUSCOPE_UPPER_SEEDS", "2"))):
            same_tree(root, top, seed)
        killed_run(root, top)
        moments(root, top)
        refused(root, top)
        check(fingerprint(root) == before, "the root folder was changed")


main()
