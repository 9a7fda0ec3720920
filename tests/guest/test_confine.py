# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing outside the root folder is read, nothing inside is changed."""
import io
import os
import random
import shutil
import socket
import stat
import tarfile
import tempfile
import threading

from guestrun import Run, check, guest
from roots import fingerprint, write_applets

SECRET = b"the secret of the host"

# What a guest may think of, in one shell script.
SCRIPT = r"""
for link in /links/*; do cat $link; ls $link/; cat $link/secret; done
for up in .. ../.. ../../../../../../..; do
  ls /$up; cat /$up/secret /tmp/$up/secret /links/$up/../secret
  cd /$up && pwd && cat secret; cd /; cat /proc/self/root/$up/secret
done
ln -s SECRETPATH /tmp/mine; cat /tmp/mine
ln -s /proc/self/root/../../SECRETPATH /tmp/mine2; cat /tmp/mine2
mkdir -p /tmp/j; chroot /tmp/j /bin/true; cat /proc/self/fd/../../../../secret
mount -t hostfs / /mnt; mount --bind / /mnt; cat /mnt/../secret
mknod /tmp/disk b 8 0; cat /tmp/disk; mknod /tmp/mem c 1 1; cat /tmp/mem
cat /special/socket
dd if=/special/fifo of=/dev/null iflag=nonblock count=1
echo written >> /files/plain; cat /files/plain
echo through >> /files/hard1; cat /files/hard2
echo new > /files/new; rm /files/gone; mv /files/moved /files/elsewhere
chmod 0 /files/plain; chown 5:5 /files/plain; touch -d 2001-01-01 /files/*
truncate -s 0 /files/huge; rmdir /files/folder; mkdir /files/gone
ln /files/plain /files/hard3; ln -sf /etc /files/link; cat /files/secretive
for name in /odd/*; do cat "$name"; echo x > "$name"; done
rm -rf /odd /links /special /files/folder
rm -rf /*
echo over
"""


def fill(root, outside):
    """A root with everything that a folder of Linux can have."""
    def write(path, content, mode=0o644):
        path = os.path.join(root, path)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, mode)

    for name in ("bin", "dev", "proc", "tmp", "mnt", "links", "special",
                 "files", "files/folder", "odd"):
        os.mkdir(os.path.join(root, name))
    write_applets(root)
    up = "../" * 40
    for i, target in enumerate([
            outside, outside + "/secret", up + outside, "..", "../..",
            up + outside + "/secret", "/", "/proc/self/root/" + up + outside,
            "links/0", "2", "", "x" * 4000, "/proc/1/root", "/../secret"]):
        if target:
            os.symlink(target, os.path.join(root, "links", str(i)))
    os.mkfifo(os.path.join(root, "special/fifo"))
    with socket.socket(socket.AF_UNIX) as sock:
        folder = os.getcwd()
        os.chdir(root) # its path must be short
        sock.bind("special/socket")
        os.chdir(folder)
    if os.getuid() == 0:
        try:
            os.mknod(os.path.join(root, "special/zero"),
                     stat.S_IFCHR | 0o666, os.makedev(1, 5))
        except OSError:
            pass # a container may not
    write("files/plain", b"plain\n")
    write("files/hard1", b"one file, two names\n")
    os.link(os.path.join(root, "files/hard1"),
            os.path.join(root, "files/hard2"))
    write("files/gone", b"to be removed\n")
    write("files/moved", b"to be moved\n")
    write("files/secretive", b"not for reading\n", 0)
    write("files/huge", b"")
    os.truncate(os.path.join(root, "files/huge"), 1 << 42)
    for name in (b" ", b"a\nb", b"\xff\xfe", b"-rf", b"*", b"x" * 255,
                 b"\x01", b"\\", b"'\""):
        with open(os.path.join(os.fsencode(root), b"odd", name), "wb") as file:
            file.write(name)


def archive(path, rng, outside):
    """What nobody should unpack: ways up, links that later names go through."""
    ups = "../" * rng.randrange(1, 30)
    names = ["a", "a/b", "link", "link/secret", "./a//b", "/tmp/abs",
             ups + "secret", outside + "/secret", "/proc/self/root/x",
             "a/../../../b", "dev", ups + outside.lstrip("/") + "/new"]
    with tarfile.open(path, "w") as tar:
        for _ in range(40):
            info = tarfile.TarInfo(rng.choice(names))
            info.type = rng.choice([tarfile.REGTYPE, tarfile.SYMTYPE,
                                    tarfile.LNKTYPE, tarfile.DIRTYPE,
                                    tarfile.CHRTYPE])
            info.linkname = rng.choice(names + [outside, "..", "/", ups])
            info.mode = rng.choice([0, 0o644, 0o4777, 0o1777])
            info.uid = rng.randrange(70000)
            info.devmajor, info.devminor = 1, 3
            if info.isreg():
                info.size = 5
            tar.addfile(info, io.BytesIO(b"owned"))


UNPACK = """
mkdir /u; cd /u
for tar in /archives/*; do
  for how in xf xPf; do tar $how $tar; done
  cat link/secret a/b /tmp/abs secret 2>&1 < /dev/null
  rm -rf /u/*
done
echo over
"""


def swaps(folder, outside, stop):
    """A host that changes kinds of files while a guest looks at them."""
    path, other = os.path.join(folder, "f"), os.path.join(folder, "new")
    makers = [lambda: open(other, "wb").close(),
              lambda: os.symlink(outside + "/secret", other),
              lambda: os.symlink(outside, other)]
    n = 0
    while not stop.is_set():
        makers[n % len(makers)]()
        os.rename(other, path)
        os.rename(os.path.join(folder, "d"), os.path.join(folder, "e"))
        os.symlink(outside, os.path.join(folder, "d"))
        os.unlink(os.path.join(folder, "d"))
        os.rename(os.path.join(folder, "e"), os.path.join(folder, "d"))
        n += 1


LOOK = """
i=0
while [ $i -lt 60 ]; do
  echo 3 > /proc/sys/vm/drop_caches
  cat /race/f /race/f/secret /race/d/secret /race/d/in/secret
  ls /race /race/d /race/f/
  i=$((i + 1))
done
echo over
"""


def looks_while_it_changes(root, top):
    folder = os.path.join(root, "race")
    os.makedirs(os.path.join(folder, "d/in"))
    stop = threading.Event()
    host = threading.Thread(target=swaps, args=(folder, top, stop))
    host.start()
    try:
        run = Run(["/bin/sh", "-c", LOOK], settings=[f"rootfs.path={root}"])
    finally:
        stop.set()
        host.join()
    check(run.status == 0 and b"over\n" in run.out, "a changing root", run)
    check(SECRET not in run.out and SECRET not in run.err, "a way out", run)


with tempfile.TemporaryDirectory() as top:
    root = os.path.join(top, "root")
    os.mkdir(root)
    fill(root, top)
    with open(os.path.join(top, "secret"), "wb") as file:
        file.write(SECRET)
    before = fingerprint(top)
    script = SCRIPT.replace("SECRETPATH", os.path.join(top, "secret"))
    run = Run(["/bin/sh", "-c", script], settings=[f"rootfs.path={root}"])
    check(run.status == 0 and b"over\n" in run.out, "the script", run)
    check(SECRET not in run.out and SECRET not in run.err, "a way out", run)
    check(b"plain\nwritten\n" in run.out, "no overlay", run)
    check(b"two names\nthrough\n" in run.out, "a hard link is two files", run)
    check(fingerprint(top) == before, "the root folder was changed", run)

    # The same root under system calls at random.
    run = Run(guest("syscallfuzz", "77", "15", "200"),
              settings=[f"rootfs.path={root}"])
    check(run.status == 0 and b"done: 15 children\n" in run.out, "fuzz", run)
    check(SECRET not in run.out and SECRET not in run.err, "a way out", run)
    check(fingerprint(top) == before, "the root folder was changed", run)

    # Archives.
    os.mkdir(os.path.join(root, "archives"))
    for seed in range(8):
        archive(os.path.join(root, "archives", str(seed)),
                random.Random(seed), top)
    before = fingerprint(top)
    upper = tempfile.mkdtemp()
    for more in ([], [f"rootfs.upper={upper}"]):
        run = Run(["/bin/sh", "-c", UNPACK],
                  settings=[f"rootfs.path={root}"] + more)
        check(run.status == 0 and b"over\n" in run.out, "archives", run)
        check(SECRET not in run.out and SECRET not in run.err, "a way out",
              run)
        check(fingerprint(top) == before, "the root folder was changed", run)
    shutil.rmtree(upper)
    looks_while_it_changes(root, top)
    os.chmod(os.path.join(root, "files/secretive"), 0o644)
