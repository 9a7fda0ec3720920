#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules' parameters of all kinds, when they are loaded and later, and what
/sys/module tells of a module."""
import glob
import os
import re

from guestrun import ROOT, check, guest
from modulerun import log, module, shell

PARAMETERS = "/sys/module/parameters/parameters"


def test_loading():
    """Arrays, strings in place, and the module's own functions."""
    run = shell("""
        insmod $1 numbers=1,0x20,-3 words=a,bc text=hello switches=1,n,Y \
            level=3 silent
        cd /sys/module/parameters/parameters
        for file in *; do echo $file $(stat -c %a $file) $(cat $file); done
        rmmod parameters; ls /sys/module; dmesg""", module("parameters"))
    for line in ("endless 444 e", "large 600 1",
                 "level 644 3 of 10, set 1 times", "numbers 644 1,32,-3",
                 "silent 644 Y", "switches 644 Y,N,Y", "text 644 hello",
                 "wild 200", "words 644 a,bc,three"):
        check(line in run.out.decode().splitlines(), line, run)
    check("hidden" not in run.out.decode().split("[")[0], "mode 0", run)
    check(log(run)[1:] == [
        "parameters: 3 numbers, the first 1; bc; hello; hidden 5",
        "parameters: 3 numbers, a, hello", "parameters: level was 3"],
        "what the module knows, and free()", run)


def test_refused():
    """A load with a wrong value fails, and leaves nothing."""
    wrong = {
        "numbers=1,2,3,4,5": "numbers: can only take 4 arguments",
        "numbers=1,,2": "`1' invalid for parameter `numbers'",
        "numbers": "`' invalid for parameter `numbers'",
        "level=11": "`11' invalid for parameter `level'",
        "level": "`' invalid for parameter `level'",
        "text=12345678": "`12345678' too large for parameter `text'",
        "switches=maybe": "`maybe' invalid for parameter `switches'",
        "words=" + 1025 * "x": "words: string parameter too long",
    }
    run = shell("for arg in %s; do insmod $1 $arg; done; cat /proc/modules; "
                "ls /sys/module; dmesg" % " ".join(wrong),
                module("parameters"))
    said = log(run)
    for line in wrong.values():
        check(line in said or "parameters: " + line in said, line, run)
    # insmod tries finit_module() first, then init_module()
    check(said.count("parameters: level was 0") == 2 * len(wrong),
          "free() each time", run)
    check("Live" not in run.out.decode(), "none is loaded", run)


def test_changing():
    run = shell("""
        insmod $1; cd /sys/module/parameters/parameters
        try() { echo $2 > $1; echo $1 $2 $? $(cat $1); }
        try level 9; try level 11; try level x; try numbers 4,5
        try numbers 1,2,3,4,5; try words zzz,y; try words q; try text short
        try text muchtoolong; try large 0xffffffffffffffff; try silent y
        try endless 1
        rmmod parameters; dmesg""", module("parameters"))
    for line in ("level 9 0 9 of 10, set 1 times",
                 "level 11 1 9 of 10, set 1 times",
                 "level x 1 9 of 10, set 1 times",
                 "numbers 4,5 0 4,5", "numbers 1,2,3,4,5 1 1,2,3,4",
                 "words zzz,y 0 zzz,y ,three", "words q 0 q ,y ,three", "text short 0 short",
                 "text muchtoolong 1 short",
                 "large 0xffffffffffffffff 0 18446744073709551615",
                 "silent y 0 Y", "endless 1 1 e"):
        check(line in run.out.decode().splitlines(),
              line, run)


def test_wild():
    """set() dereferences NULL: who wrote dies; the module stays as it was."""
    run = shell("""
        insmod $1; (echo x > $0/wild); echo died $?; echo 2 > $0/level
        cat $0/level; rmmod parameters; echo gone $?; dmesg""".replace(
            "$0", PARAMETERS), module("parameters"))
    text = run.out.decode()
    check("died 139" in text and "2 of 10, set 1 times" in text and
          "gone 0" in text, "the writer alone", run)
    check("Unable to handle kernel NULL pointer dereference at virtual "
          "address 00000004\n" in text and "Internal error: Oops: 8" in text, "the report",
          run)


def test_sysfs():
    run = shell("""
        insmod $1; insmod $2; cd /sys/module; ls -d */
        for file in coresize initsize initstate refcnt taint; do
            echo $file $(cat provider/$file); done
        ls provider/holders; readlink provider/holders/user
        cat provider/sections/.text; cat user/refcnt; grep provider /proc/modules
        rmmod user
        ls provider/holders | wc -l; exec 3< provider/refcnt; rmmod provider
        cat <&3; ls""", module("provider"), module("user"))
    text = run.out.decode()
    core = re.search(r"^provider (\d+) 1 user, Live (0x\w+)", text, re.M)
    for line in (f"coresize {core[1]}", "initsize 0", "initstate live",
                 "refcnt 1", "taint O", "../../user", core[2]):
        check(line in text.splitlines(), line, run)
    check("cat: read error: No such device" in text,
          "what is open when it goes is no device any more", run)


def test_tools():
    """depmod, modinfo and modprobe: by name, by alias, dependencies first."""
    run = shell("""
        d=/lib/modules/$(uname -r); mkdir -p $d/extra; cp "$@" $d/extra
        cd $d; depmod; cat modules.dep; modinfo parameters
        modprobe user; lsmod; modprobe -r user; echo left $(lsmod | wc -l)
        modprobe parms level=2; cat %s/level; modprobe nothing; echo $?
        """ % PARAMETERS, module("provider"), module("user"),
                module("parameters"))
    text = run.out.decode()
    for line in ("extra/user.ko: extra/provider.ko", "left 1",
                 "2 of 10, set 1 times"):
        check(line in text.splitlines(), line, run)
    for tag, value in (("author", "mmuscope"), ("version", "1.2"),
                       ("description", "Parameters of all kinds"),
                       ("license", "GPL"), ("alias", "parms"),
                       ("vermagic", "6.1.0-mmuscope mod_unload ARMv7 p2v8"),
                       ("parm", "level:0 to 10"),
                       ("parm", "numbers:up to four numbers")):
        check(re.search(rf"^{tag}: +{re.escape(value)}", text, re.M),
              f"modinfo: {tag} {value}", run)
    check(re.search(r"^provider +\d+ +1 user", text, re.M), "lsmod", run)
    check("module nothing not found" in text, "what isn't there", run)


def test_real_modules():
    """Debian's own, for another kernel: refused, and said why."""
    files = glob.glob(os.path.join(ROOT, "build", "linux", "modules", "*.ko"))
    if not files:
        return
    run = shell("for file; do insmod $file; echo $?; done; cat /proc/modules; "
                "dmesg", *("host:" + name for name in files))
    for name in files:
        name = os.path.basename(name)[:-len(".ko")]
        check(re.search(rf"^{name}: version magic '6\.1\.0-\S+ .*' should be "
                        "'6\\.1\\.0-mmuscope ", "\n".join(log(run)), re.M),
              name, run)
    check(run.out.count(b"invalid module format\n8\n") == len(files),
          "ENOEXEC", run)


def test_cycles():
    """Loaded and unloaded again and again, some with a failing init: nothing
    is left. modcycle 10000 … is the long version, by hand."""
    run = shell("$1 100 $2 +times=0 $3 $4 $5 '+words=a,b numbers=1,2' "
                "$5 +level=99 $6 +objects=50", *guest("modcycle"),
                *(module(name) for name in ("hello", "provider", "user",
                                            "parameters", "slab_user")),
                settings=["kernel.verify=end"])
    lines = run.out.decode().splitlines()
    check(lines[3] == "500 loaded, 100 refused", "each time", run)
    check(lines[1].split(":")[1] == lines[2].split(":")[1],
          "after the tenth cycle nothing changes", run)
    check("modules 0" in lines[2] and
          lines[0].split(",")[2] == lines[2].split(",")[2],
          "no module, no area", run)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
