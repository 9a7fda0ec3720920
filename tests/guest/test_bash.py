# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's bash does here what the host's bash does on the host's kernel: pipes,
subshells, job control, traps, redirections, co-processes, signals to groups.
Nothing in a script tells two machines apart: no pids, no times.

test_bash.py [WORD...] runs the scripts in which one of the words stands;
without, every third runs, with MMUSCOPE_LONG=1 all.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from guestrun import BOARD, ROOT, Run, check, skip

DEBIAN = os.path.join(ROOT, "build", "rootfs-debian")
PATH = "/usr/bin:/bin"

SCRIPTS = r"""
# pipes and their ends
seq 1 5000 | tee >(wc -l > lines) | tail -n 1; sleep 0.2; cat lines
yes | head -n 3; echo "${PIPESTATUS[@]}"
set -o pipefail; yes | head -n 1 > /dev/null; echo $?
(exit 3) | (exit 4) | true; echo "${PIPESTATUS[@]}"
trap '' PIPE; (seq 1 20000; echo "seq: $?" >&2) | head -n 1; echo end
exec 3< <(seq 1 5); read -u 3 a; read -u 3 b; echo $a $b; cat <&3
cat <<< "$(seq 1 3)" | while read n; do echo "line $n"; done; echo "n=$n"
shopt -s lastpipe; seq 1 3 | while read n; do last=$n; done; echo $last
for i in 1 2 3 4 5; do seq 1 $((i * 1000)); done | sort -n | uniq -c | sort -rn | head -n 3
mkfifo f; (for i in 1 2 3; do echo $i; sleep 0.02; done > f) & while read x; do echo got $x; done < f; wait
{ echo out; echo err >&2; } 2>&1 > /dev/null | sed s/^/through:/
echo x | { cat; echo y; } | (cat; echo z) | tr '\n' ' '
diff <(seq 1 5) <(seq 2 6); echo $?
# redirections
exec 5> log; echo one >&5; exec 5>&-; echo two >&5; echo $?; cat log
echo a > f; echo b >> f; cat < f > g; exec 4<> g; read -u 4 l; echo new >&4; exec 4>&-; cat g
set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f
cat nothing; echo $?; cat < nothing; echo $?; > /nowhere/x; echo $?
{ echo 1; echo 2 >&2; } &> both; cat both; exec 1>&-; echo lost
read -t 0.05 x < <(sleep 1); echo $(($? > 128)); read -n 3 x <<< abcdef; echo $x
printf 'a\0b\0' | while IFS= read -r -d '' x; do echo "<$x>"; done
mapfile -t lines < <(seq 1 1000); echo ${#lines[@]} ${lines[999]}
# subshells and their state
x=1; (x=2; cd /; echo $x $PWD); echo $x ${#x}; echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL))
f() { local x=in; (x=out; echo $x); echo $x; return 7; }; f; echo $?
a=$(exit 5); echo $?; b=$(echo x; exit 6) || echo "$b $?"; echo $(echo $(echo deep))
umask 077; (umask 0; touch a); touch b; stat -c '%a' a b
ulimit -n 10; (ulimit -n 5; exec 9< /dev/null); echo $?; ulimit -n
exec 7> f; (echo sub >&7); echo own >&7; cat f
coproc { while read l; do echo "<$l>"; done; }; echo hi >&${COPROC[1]}; read r <&${COPROC[0]}; echo $r; eval "exec ${COPROC[1]}>&-"; wait
set -e; (false; echo no) || echo caught; f() { false; echo yes; }; if f; then echo fine; fi; false; echo never
# jobs
sleep 0.1 & sleep 0.05 & jobs -r | wc -l; wait; jobs; echo $?
(exit 7) & wait $!; echo $?; wait 99999; echo $?; wait -n; echo $?
for i in 3 1 2; do (sleep 0.0$i; exit $i) & p+=($!); done; for i in 0 1 2; do wait ${p[i]}; echo $?; done; (exit 5) & wait -n -p who; echo $? $((who == $!))
sleep 5 & kill $!; wait $!; echo $?; sleep 5 & kill -9 $!; wait $! 2> /dev/null; echo $?
set -m; sleep 0.3 & kill -STOP %1; sleep 0.05; jobs | sed 's/  */ /g'; kill -CONT %1; wait %1; echo $?
set -m; (sleep 0.05; exit 3) & fg %1 > /dev/null; echo $?
set -m; (kill -TSTP $BASHPID; echo resumed) & sleep 0.1; jobs -s | wc -l; bg > /dev/null; wait; echo done
set -m; sleep 9 | sleep 9 & kill %1; wait %1; echo $?; jobs
exec 2> log; set -m; (trap 'echo hup; exit' HUP; sleep 5 & wait) & sleep 0.05; kill -HUP -$!; wait; echo end
disown -a; sleep 0.01 & disown; jobs; wait; echo none
nohup sleep 0.01 > /dev/null 2>&1 & wait $!; echo $?
(sleep 0.05; kill -USR1 $$) & trap 'echo usr1' USR1; wait; echo $(($? > 128)); wait
suspend 2>&1 | sed 's/.*suspend/suspend/'; echo ${PIPESTATUS[0]}
# traps
trap 'echo bye $?' EXIT; (exit 3); echo $?; exit 4
trap 'echo int' INT; kill -INT $$; echo after; trap - INT; trap
trap 'echo "err $LINENO"' ERR; false; true; ! true; (exit 3)
trap 'echo dbg' DEBUG; echo a; trap - DEBUG; echo b
f() { trap 'echo ret' RETURN; echo in; }; f; echo out
bash -c "trap 'echo term; trap - TERM; kill -TERM \$\$' TERM; kill -TERM \$\$; echo never" & wait $!; echo $?
trap 'echo chld' CHLD; (exit 1); sleep 0.02 & wait; echo end
trap 'n=$((n + 1)); ((n == 3)) && exit 9; kill -USR2 $$' USR2; kill -USR2 $$; sleep 1; echo $n
trap '' TERM; (kill -TERM $BASHPID; echo ignored); bash -c 'kill -TERM $$; echo inherited'
(trap 'echo sub' EXIT; kill -TERM $BASHPID); echo $?
bash -c 'kill -SEGV $$'; echo $?; bash -c 'kill -ABRT $$' 2> /dev/null; echo $?; bash -c 'ulimit -c; exec sh -c "kill -XCPU \$\$"'; echo $?
for s in HUP INT QUIT PIPE ALRM TERM USR1 VTALRM PROF RTMIN RTMAX-1; do (kill -$s $BASHPID) 2> /dev/null; echo $s $?; done
trap 'echo one' RTMIN+1; trap 'echo two' RTMIN+2; kill -RTMIN+2 $$; kill -RTMIN+1 $$; echo x
timeout -k 0.2 0.1 bash -c 'trap "echo late" TERM; while :; do :; done' ; echo $?
time -p true; TIMEFORMAT='%R %U %S'; time sleep 0
# the language over processes
echo {a..e}{1..3} | xargs -n 4 echo; seq 1 20 | xargs -P 4 -n 5 | sort
find / -maxdepth 1 -name tmp -exec echo {} +; echo * | wc -w; touch a b 'c d'; for f in *; do echo "[$f]"; done
declare -A h=([x]=1 [y]=2); for k in x y; do echo $k ${h[$k]}; done; echo ${!h[@]} | wc -w
fib() { (($1 < 2)) && echo $1 || echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2))))); }; fib 5
i=0; while ((i < 3000)); do ((i++)); done; echo $i; s=; for ((i = 0; i < 2000; i++)); do s+=x; done; echo ${#s}
select x in a b; do echo $x; break; done <<< 2; case $x in [ab]) echo ab;; esac; getopts ab: o -b v; echo $o $OPTARG
x=abcabc; echo ${x/b/X} ${x//b/X} ${x#*b} ${x##*b} ${x^^} ${x:2:3} ${x@Q} ${#x}; printf '%q %(%Y)T\n' 'a b' 0
[[ abc =~ (b)(c) ]] && echo ${BASH_REMATCH[@]}; [[ -p /dev/stdin ]]; echo $?; test -t 0; echo $?
exec -a other bash -c 'echo $0'; echo never
bash -c 'echo $0 $# $*' name a b; bash -s x y <<< 'echo $1 $2'; . <(echo 'echo sourced $1') arg; eval 'echo $((2**40))'
export A=1; env -i B=2 bash -c 'echo ${A-none} $B'; A=3 bash -c 'echo $A'; echo $A; unset A; echo ${A:-unset}
command -v true cd; type -t if cd ls; hash -r; no-such-command; echo $?; /; echo $?; touch x; ./x; echo $?; printf '#!/bin/sh\necho ran $1' > s; chmod +x s; ./s arg
printf '#!/nowhere\n' > s; chmod +x s; ./s; echo $?; echo text > t; chmod +x t; ./t; echo $?
:(){ (($1)) && { : $(($1 - 1)) | : $(($1 - 1)); }; true; }; : 4; echo no bomb
for i in {1..30}; do (echo $i) & done | sort -n | md5sum; wait; echo $(for i in {1..200}; do echo -n x; done | wc -c)
"""

GUEST = r"""
export PATH=/usr/bin:/bin HOME=/root LC_ALL=C TERM=dumb TZ=UTC
umask 022; exec < /dev/null
"""


def scripts():
    all_of = [line for line in SCRIPTS.splitlines()
              if line and not line.startswith("#")]
    if sys.argv[1:]:
        return [s for s in all_of if any(word in s for word in sys.argv[1:])]
    return all_of if os.environ.get("MMUSCOPE_LONG") else all_of[::3]


def masked(out):
    """Without the pids of those that were killed, and without times."""
    out = re.sub(rb"line 1: +\d+ ", b"line 1: PID ", out)
    return re.sub(rb"\b\d+\.\d\d+\b", b"TIME", out)


def on_the_host(script):
    """Status and output under the host's bash and the host's kernel."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["bash", "-c", script, "bash"], cwd=folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, umask=0o022,
            stderr=subprocess.STDOUT, timeout=60,
            env={"PATH": PATH, "HOME": "/root", "LC_ALL": "C",
                 "TERM": "dumb", "TZ": "UTC"})
    status = done.returncode
    return status if status >= 0 else 128 - status, masked(done.stdout)


def under_mmuscope(todo):
    """The same of each, from one guest that runs them all."""
    text = GUEST
    for number, script in enumerate(todo):
        quoted = script.replace("'", r"'\''")
        text += (f"mkdir /tmp/{number}; cd /tmp/{number}\n"
                 f"echo; echo @script {number}\n"
                 f"setsid -w bash -c '{quoted}' bash\n"
                 "s=$?; echo; echo @status $s\n")
    run = Run(["/bin/bash", "-c", "{" + text + "} 2>&1 | cat"], board=BOARD,
              settings=["rootfs.path=" + DEBIAN]).expect(0)
    answers = []
    for part in re.split(rb"\n@script \d+\n", run.out)[1:]:
        out, status = part.rsplit(b"\n@status ", 1)
        answers.append((int(status), masked(out)))
    check(len(answers) == len(todo), "some scripts were not run", run)
    return answers


if not os.path.isdir(DEBIAN):
    skip(f"no {DEBIAN}: tools/setup makes it")
if not shutil.which("bash"):
    skip("no bash to compare with")
VERSION = "echo ${BASH_VERSINFO[*]:0:3}"
theirs, ours = on_the_host(VERSION), under_mmuscope([VERSION])[0]
if theirs != ours:
    skip(f"the host's bash is {theirs[1]}, the guest's {ours[1]}")
todo = scripts()
wrong = 0
for script, here in zip(todo, under_mmuscope(todo)):
    judge = on_the_host(script)
    if here != judge:
        wrong += 1
        print(f"DIFFERS: {script}\n  here: {here}\n  host: {judge}")
check(not wrong, f"{wrong} of {len(todo)} scripts differ")
print(len(todo), "scripts alike")
