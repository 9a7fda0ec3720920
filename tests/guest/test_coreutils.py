# SPDX-License-Identifier: GPL-2.0-or-later
"""
Every program of Debian's coreutils does here what it does under qemu-arm:
the same bytes, the same exit status, the same files left behind. The table's
cases run one after the other in one guest, each in a folder of its own; qemu-arm
runs each alone. What differs between two machines (inodes, sizes of folders,
times of now) is not printed.

test_coreutils.py [WORD...] runs the cases in which one of the words stands;
without, the first of each program runs, with MMUSCOPE_LONG=1 all.
"""
import collections
import concurrent.futures
import hashlib
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile

from guestrun import BOARD, ROOT, Run, check, skip

DEBIAN = os.path.join(ROOT, "build", "rootfs-debian")
QEMU = shutil.which("qemu-arm")

# In each folder before its case runs.
FILES = {
    "fruit": "pear 3 green\napple 12 red\nfig 7 brown\napple 2 green\n\n"
             "cherry 40 red\nquince 1 yellow\n",
    "prices": "apple 1.20\ncherry 4.5\nfig 0.75\nplum 9\n",
    "names": "apple malus\ncherry prunus\nfig ficus\n",
    "text": "The quick brown fox\tjumps over the lazy dog. " * 4 + "\n\n\n"
            "A second paragraph,   with gaps\tand tabs.\nEnd without newline",
    "numbers": "".join(f"{n * 7919 % 1009}\n" for n in range(400)),
    "sizes": "1K\n3.5M\n12\n2G\n999\n1024\n",
    "pairs": "a b\nb c\na d\nd c\ne e\n",
    "zeros": "".join(chr(n * 37 % 128) for n in range(700)),
}

# A case: words as a shell would split them; "< FILE" reads FILE. "+" in front:
# the files that are left count, too.
CASES = r"""
arch
b2sum fruit text
b2sum -l 256 zeros
base32 zeros
base32 -d -i
base64 -w 40 zeros
base64 -d nothing
basenc --z85 -w 0 fruit
basenc --base16 zeros
basename /usr/lib/libc.so.6 .6
basename -a -s .c a/b.c c.c /
cat -A text
cat -n fruit text
cat -s -E text - < prices
cat nothing fruit
+chmod u=rwx,go=r,+X fruit text
+chmod -v 4751 fruit
chmod 9 fruit
+chgrp 0 fruit
+chown -v 0:0 fruit
chown nobody-here fruit
chcon -t some_t fruit
chroot
cksum fruit zeros
cksum -a sm3 fruit
cksum -a bsd zeros
comm fruit prices
comm -12 names names
comm -3 --total --nocheck-order names prices
+cp -v fruit copy
+cp -r . /nowhere/deep
+cp -a -l fruit hard
+cp --backup=numbered -f fruit text
+cp -s fruit soft
+cp --sparse=always zeros sparse
cp nothing here
+csplit -s -n 3 numbers 50 100 /^5/ {2}
+csplit text /second/+1
cut -d " " -f 2- fruit
cut -c 1-3,5 --complement fruit
cut -b 2 -s text
cut -d : -f 0 fruit
date -u -d @1700000000 +%Y-%m-%dT%H:%M:%S.%N%z_%j_%U_%a
date -u -d "2024-02-29 12:30 + 1 year 3 days" -R
date -d nonsense
date -u -d @86399 --iso-8601=ns
+dd if=zeros of=out bs=100 skip=2 count=3 seek=1 status=none
dd if=fruit conv=ucase,swab status=none
dd if=text bs=7 count=9 iflag=fullblock conv=block cbs=16 status=none
+dd if=/dev/zero of=big bs=64k count=10 conv=notrunc,fdatasync status=none
df --output=target /nowhere
df nothing
dir -1
dir -C -w 40
dircolors -b
dircolors -p
dirname /usr/lib/ a/b c
dirname -z /
du -b fruit text
du --apparent-size -a -B 1 numbers
echo one   two
env -i A=1 B=two
env -u HOME -C / pwd
env no-such-program
env -S "A=3 printenv A"
expand -t 4 text
expand -i -t 3,9 text
expr 6 \* 7 + 1
expr length abcdef : "a.*"
expr match aaab "a*"
expr abc : "a\(.\)c"
expr 1 / 0
expr substr hello 2 3
factor 1234567890 97 18446744073709551557
factor 340282366920938463463374607431768211455
factor x
false
fmt -w 30 text
fmt -u -t text
fold -w 20 text
fold -s -w 12 fruit text
groups root
head -n 3 fruit text
head -c -20 fruit
head -n -2 numbers
head -c 1k zeros
hostid --version
id root
id -u
id no-such-user
+install -m 640 -v fruit sub
+install -d -m 700 deep/er/est
+install -D fruit a/b/c
join fruit prices
join --nocheck-order -a 1 -e none -o 0,1.2,2.2 names prices
join -t : -v 2 names prices
+link fruit other
link fruit
+ln -s fruit soft
+ln -sfn /nowhere fruit
+ln -r -s text sub
+ln fruit hard
ln fruit fruit
logname --help
ls -1 -S
ls -lgo --time-style=+ fruit text
ls -m -p -w 50
ls -x -F -w 30
ls -Q -r -X --group-directories-first
ls nothing
ls -1 --sort=version --hide=f*
ls -d --color=always fruit
md5sum fruit text nothing
md5sum --tag zeros
+mkdir -p -v -m 750 x/y/z
mkdir fruit
+mkfifo -m 600 fifo
mkfifo fruit
+mknod -m 640 pipe p
+mknod null c 1 3
mktemp -u -d no-x
mktemp --help
+mv -v fruit moved
+mv -b fruit text
+mv -n fruit text
+mv fruit text numbers nothing
nice
nice -n 5 nice
nice -n x true
nl fruit
nl -b a -n rz -w 4 -s : -i 5 text
nl -b p^a -v 10 fruit
nohup echo still here
nproc --ignore=100
numfmt --from=iec < sizes
numfmt --to=si --format=%10.2f --invalid=warn < numbers
numfmt --to=iec-i --suffix=B 123456789 1
numfmt --header --field=2 --to=si < prices
od -c zeros
od -A x -t x1z -w8 -N 60 zeros
od -t d4 -t u2 -v -j 3 -N 33 zeros
od -t fF -N 64 zeros
paste fruit prices
paste -s -d ,: names prices
paste - - - < numbers
pathchk -p a:b
pathchk -P -- -x
pathchk fruit
pinky --help
pr -l 20 -h title -D date fruit
pr -3 -t -w 60 numbers
pr -m -T -s: names prices
printenv HOME PATH
printenv NO_SUCH_VARIABLE
printf "%5.2f|%-8s|%x|%o|%c|%b|%q\n" 3.14159 ab 255 8 z "a\tb" "it's"
printf "%d %s\n" 1 a 2 b 3
printf "%d\n" 12x
printf "\u00e9\x41\101\n"
ptx -A -w 50 names
ptx -G -w 40 fruit
pwd --help
readlink fruit
readlink -f ../fruit/..
readlink -e nothing
realpath --relative-to=/usr/bin /usr/lib/x
realpath -m -s /a/../b/./c
realpath nothing/x
+rm -v fruit text
+rm -rf . fruit
rm nothing
+rm -f nothing fruit
rmdir fruit
+rmdir --ignore-fail-on-non-empty -v nothing
runcon -x
seq 5 -2 -6
seq -w 8 11
seq -f %05.1f 1 0.5 3
seq -s , 1 20
seq 999999999999999999998 1000000000000000000001
seq 1 x
sha1sum fruit zeros
sha224sum text
sha256sum fruit text zeros
sha384sum -b zeros
sha512sum numbers
+shred -n 1 -u -z fruit
shuf -e a
shuf -i 5-5
shuf -n 0 fruit
shuf --random-source=zeros -i 1-20
shuf --random-source=numbers fruit
sleep 0.01
sleep x
sort fruit
sort -k 2n -k 1r fruit
sort -u -f -s -k1,1 fruit
sort -h sizes
sort -V -r names prices
sort -c numbers
sort -R --random-source=zeros fruit
sort -z -t 7 zeros
sort -n --parallel=3 -S 64k numbers
sort -m names prices
sort -g --debug prices
sort -M -b text
+split -l 100 -d -a 3 numbers part
+split -b 150 --additional-suffix=.x zeros
+split -n l/3 text
split -n r/2/4 numbers
stat -c "%n %s %F %a %A %h %u %g %U %f %t" fruit
stat -c %n -L nothing
stat -f -c %l%n fruit
stdbuf -o 0 echo unbuffered
stdbuf -x
stty -F fruit
stty --help
sum zeros
sum -s fruit text
sync fruit
sync -d nothing
tac fruit text
tac -s " " -b fruit
tac -r -s [ae] fruit
tail -n 2 fruit
tail -n +3 fruit text
tail -c 13 zeros
tail -q -n 1 names nothing prices
+tee a b < fruit
+tee -a fruit < names
tee /nowhere/x < names
test -f fruit -a ! -d text
test 3 -gt 20
test a =
[ -s fruit ]
[ 1 -eq 1
[ fruit -nt nothing ]
timeout 10 echo in time
timeout 0.05 sleep 5
timeout -s INT 0.05 sleep 5
timeout --preserve-status 0.05 sleep 5
+touch -d 2020-02-02 new
+touch -c nothing
+touch -r fruit new
tr a-z A-Z < text
tr -d [:space:] < fruit
tr -s -c [:alnum:] "\n" < text
tr -t abcd xy < fruit
tr a
true
+truncate -s 1000 fruit
+truncate -s %64 numbers
+truncate -r fruit -s -4 new
tsort pairs
tsort < names
tty
tty -s < fruit
uname -m -s -p -o
uname -z
unexpand -a -t 4 text
unexpand --first-only text
uniq -c numbers
uniq -D -w 3 names
uniq -u -f 1 -i pairs
uniq --group=both pairs
+unlink fruit
unlink nothing
users --help
vdir -g -o --time-style=+%Y fruit
wc fruit text zeros
wc -L -w < text
wc --files0-from=- < fruit
who nothing
who --help
whoami
whoami x
yes --version
"""


KINDS = {stat.S_IFDIR: "d", stat.S_IFREG: "f", stat.S_IFLNK: "l",
         stat.S_IFIFO: "p", stat.S_IFCHR: "c"}


def chosen():
    cases = [line for line in CASES.splitlines() if line]
    if sys.argv[1:]:
        return [c for c in cases if set(sys.argv[1:]) & set(c.split())]
    if os.environ.get("MMUSCOPE_LONG"):
        return cases
    taken = collections.Counter()
    return [c for c in cases if taken.update([program(c)]) or
            taken[program(c)] == 1]


def program(case):
    return case.lstrip("+").split()[0]


def parse(case):
    """A case's words, what it reads, and whether its files count."""
    looks, case = case.startswith("+"), case.lstrip("+")
    stdin = None
    if " < " in case:
        case, stdin = case.rsplit(" < ", 1)
    return shlex.split(case), stdin, looks


def masked(out):
    """What mktemp and clocks make differ."""
    return re.sub(rb"tmp\.\w{10}", b"tmp.X", out)


# ---- qemu-arm ------------------------------------------------------------

def left_behind(folder):
    """name, kind, mode, links and target of all files; sums of their bytes."""
    lines, sums = [], []
    for path, folders, names in os.walk(folder):
        for name in folders + names:
            full = os.path.join(path, name)
            st = os.lstat(full)
            kind = KINDS[stat.S_IFMT(st.st_mode)]
            links = 0 if kind == "d" else st.st_nlink
            target = os.readlink(full) if kind == "l" else ""
            shown = os.path.relpath(full, folder)
            lines.append(f"{shown} {kind} {st.st_mode & 0o7777:o} {links} "
                         f"{target}")
            if kind == "f":
                with open(full, "rb") as file:
                    sums.append(hashlib.md5(file.read()).hexdigest() +
                                "  " + shown)
    return sorted(lines) + sorted(sums)


def under_qemu(case):
    """Status, output and files of a case under qemu-arm."""
    words, stdin, looks = parse(case)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            with open(os.path.join(folder, name), "w", newline="") as file:
                file.write(content)
            os.utime(file.name, (0, 0))
        path = shutil.which(words[0], path=":".join(
            os.path.join(DEBIAN, d) for d in ("usr/bin", "bin", "usr/sbin")))
        opened = open(os.path.join(folder, stdin), "rb") if stdin \
            else open(os.devnull, "rb")
        with opened as file:
            done = subprocess.run(
                [QEMU, "-L", DEBIAN, "-0", words[0], path, *words[1:]],
                cwd=folder, stdin=file, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=60, umask=0o022,
                env={"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": "/root",
                     "LC_ALL": "C", "TZ": "UTC", "TERM": "linux"})
        status = done.returncode
        return (status if status >= 0 else 128 - status, masked(done.stdout),
                left_behind(folder) if looks else [])


# ---- mmuscope ------------------------------------------------------------

GUEST = r"""
export PATH=/usr/bin:/bin:/usr/sbin HOME=/root LC_ALL=C TZ=UTC TERM=linux
umask 022
look() {
	find * -type d -printf '%p %y %m 0 \n' -o -printf '%p %y %m %n %l\n'
	find * -type f -exec md5sum {} +
}
mkdir /tmp/files
cd /tmp/files
"""


def guest_script(cases):
    """All cases for one shell."""
    lines = [GUEST]
    for name, content in FILES.items():
        octal = "".join(f"\\{b:03o}" for b in content.encode())
        lines.append(f"printf '{octal}' > {name}")
    lines.append("touch -d @0 *")
    for number, case in enumerate(cases):
        words, stdin, looks = parse(case)
        path = "$(type -P " + shlex.quote(words[0]) + ")"
        lines += [f"cp -a /tmp/files /tmp/{number}; cd /tmp/{number}",
                  f"echo; echo @case {number}",
                  f"(exec -a {shlex.quote(words[0])} {path} "
                  f"{shlex.join(words[1:])}) < {stdin or '/dev/null'}",
                  "s=$?; echo; echo @status $s",
                  "look" if looks else ":",
                  f"cd /tmp; rm -rf {number}"]
    return "{\n" + "\n".join(lines) + "\n} 2>&1 | cat\n"


def under_mmuscope(cases):
    """What under_qemu() tells, of each case."""
    run = Run(["/bin/bash", "-c", guest_script(cases)], board=BOARD,
              settings=["rootfs.path=" + DEBIAN]).expect(0)
    answers = []
    for part in re.split(rb"\n@case \d+\n", run.out)[1:]:
        out, rest = part.rsplit(b"\n@status ", 1)
        status, *lines = rest.decode().splitlines()
        split = [n for n, l in enumerate(lines) if re.match(r"[0-9a-f]{32} ", l)]
        first = split[0] if split else len(lines)
        answers.append((int(status), masked(out),
                        sorted(lines[:first]) + sorted(lines[first:])))
    check(len(answers) == len(cases), "some cases were not run", run)
    return answers


def compare(case, here, judge):
    if here == judge:
        return True
    print(f"DIFFERS: {case}")
    for name, ours, theirs in zip(("status", "output", "files"), here, judge):
        if ours != theirs:
            print(f"  {name} here: {ours!r}\n  {name} qemu: {theirs!r}")
    return False


if not QEMU:
    skip("no qemu-arm to compare with")
if not os.path.isdir(DEBIAN):
    skip(f"no {DEBIAN}: tools/setup makes it")
todo = chosen()
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    ours = pool.submit(under_mmuscope, todo)
    judges = list(pool.map(under_qemu, todo))
    same = [compare(*each) for each in zip(todo, ours.result(), judges)]
check(all(same), f"{same.count(False)} of {len(same)} cases differ")
print(len(same), "cases alike")
