# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing outside the root folder is read, nothing inside is changed."""
import os
import socket
import stat
import tempfile

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
    os.chmod(os.path.join(root, "files/secretive"), 0o644)
