# SPDX-License-Identifier: GPL-2.0-or-later
"""Root folders that tests make for themselves."""
import hashlib
import os
import stat

from guestrun import ROOTFS

APPLETS = ("sh", "cat", "ls", "ln", "mkdir", "chroot", "mount", "mknod", "dd",
           "rm", "mv", "chmod", "chown", "touch", "truncate", "rmdir", "true",
           "find", "sort", "readlink", "stat", "md5sum", "mkfifo", "sync", "tar")


def write_applets(root):
    """@root/bin, which is there, gets busybox under the names above."""
    with open(os.path.join(ROOTFS, "bin/busybox"), "rb") as file:
        busybox = file.read()
    for name in ("busybox",) + APPLETS:
        path = os.path.join(root, "bin", name)
        with open(path, "wb") as file:
            file.write(busybox)
        os.chmod(path, 0o755)


def make_root(root):
    """A new folder with what a shell needs."""
    for name in ("", "bin", "dev", "proc", "sys", "tmp"):
        os.mkdir(os.path.join(root, name))
    write_applets(root)


def fingerprint(root):
    """Everything about a tree but the times of access."""
    seen = hashlib.sha256()
    for folder, folders, files in os.walk(os.fsencode(root)):
        folders.sort()
        for name in sorted(files) + sorted(folders) + [b"."]:
            path = os.path.join(folder, name)
            st = os.lstat(path)
            seen.update(repr((path, st.st_mode, st.st_uid, st.st_gid,
                              st.st_nlink, st.st_size, st.st_mtime_ns,
                              st.st_ctime_ns, st.st_ino)).encode())
            if stat.S_ISLNK(st.st_mode):
                seen.update(os.readlink(path))
            elif stat.S_ISREG(st.st_mode) and st.st_size < 1 << 30 and \
                    os.access(path, os.R_OK):
                with open(path, "rb") as file:
                    seen.update(file.read())
    return seen.hexdigest()
