#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# busybox's tools for processes: priorities, policies, sessions, users.
# Each case: its text, what it prints, its status. Who comes first after a fork
# is a matter of the machine's speed, so what is looked at gets time to begin.
t() {
	echo "+ $1"
	sh -c "$1" 2>&1
	echo "= $?"
}

mkdir -p /tmp/processes && cd /tmp/processes || exit 1
t 'sleep 7 & p=$!; sleep 0.1; ps -o pid,ppid,pgid,sid,comm | awk -v p=$p -v q=$$ "\$1==p {print (\$2==q), \$5}"; cat /proc/$p/comm; tr "\0" " " < /proc/$p/cmdline; echo; cut -d" " -f2,3 /proc/$p/stat; awk "/^(Name|State|Threads|SigIgn|SigCgt|SigBlk|Uid|Gid|Groups|FDSize|Umask|Tgid)/" /proc/$p/status | grep -v Tgid; ls /proc/$p/task | wc -l; readlink /proc/$p/exe /proc/$p/cwd /proc/$p/root; ls -l /proc/$p/fd | awk "{print \$1, \$NF}" | head -1; cat /proc/$p/oom_score_adj; kill $p; sleep 0.1; wait $p; cat /proc/$p/comm 2>&1 | sed "s/[0-9][0-9]*/PID/"'
t 'sleep 8 & sleep 0.1; pidof sleep | wc -w; pidof nope; echo $?; pidof -s sleep | wc -w; killall sleep; echo $?; sleep 0.1; killall nope; killall -l | head -2; killall -0 sleep; wait'
t 'sleep 8 & pgrep -f "sleep 8" | wc -l; pkill sleep; pgrep sleep'
t 'nice; nice nice; nice -n 5 nice; nice -n 30 nice; nice -n -5 nice; nice -n -30 nice; nice -n 3 sh -c "nice -n 4 nice"; nice nope; sleep 3 & sleep 0.1; renice -n 7 -p $! ; renice 3 $!; ps -o nice,comm | grep sleep; renice -n -3 -p $!; ps -o nice,comm | grep sleep; renice 5 -u user; renice 5 -g $$; nice; renice -n 1 99999; cut -d" " -f18,19 /proc/self/stat; kill $!'
t 'chrt -p $$ | sed "s/pid [0-9]*/PID/"; chrt -m; chrt -f 10 sh -c "chrt -p \$\$" | sed "s/pid [0-9]*/PID/"; chrt -r 20 sh -c "chrt -p \$\$"| sed "s/pid [0-9]*/PID/"; chrt -o 0 true; echo $?; chrt -b 0 sh -c "chrt -p \$\$"| sed "s/pid [0-9]*/PID/"; chrt -i 0 true; chrt -f 100 true; chrt -p 99999; sleep 2 & chrt -f -p 5 $!; chrt -p $!| sed "s/pid [0-9]*/PID/"; cut -d" " -f18,40,41 /proc/$!/stat; kill $!' 
t 'taskset -p $$ | sed "s/pid [0-9]*/PID/"; taskset 1 taskset -p 1; taskset 2 true; taskset -c 0 true; echo $?; taskset 3 sh -c "taskset -p \$\$" | sed "s/pid [0-9]*/PID/"; taskset -p 99999; taskset -cp 1; nproc; nproc --all; nproc --ignore 5'
t 'setsid sh -c "ps -o pid,pgid,sid | awk -v p=\$\$ \"\\\$1==p{print (\\\$1==\\\$2),(\\\$1==\\\$3)}\""; setsid true; echo $?; setsid false; echo $?; setsid -c true; setsid nope; (exec setsid sh -c "exit 4"); echo $?'
t 'time true; time -p true; time sh -c "exit 3"; time nope; time -v true 2>&1 | grep -E "Exit|Page size|Swaps|Signals|Socket|Command"; time -a -o o -f "%x %C %k %r %s %W %X %p" false; cat o; time -f "%D %K %t" true; sh -c "times" | wc -l' 2>&1 | sed -E "s/[0-9]+\.[0-9]+|[0-9]+m/N/g"
t 'start-stop-daemon -S -b -m -p pid -x /bin/sleep -- 9; sleep 0.1; ps | grep -c "[s]leep 9"; start-stop-daemon -S -t -p pid -x /bin/sleep; start-stop-daemon -K -p pid | sed "s/pid [0-9]*/PID/"; start-stop-daemon -K -x /bin/sleep; start-stop-daemon -K -o -q -x /bin/sleep; echo $?; start-stop-daemon -S -x /nope; start-stop-daemon -S -u nosuch -x /bin/true; start-stop-daemon -S -c user -x /usr/bin/id; start-stop-daemon -S -N 5 -x /usr/bin/env -a nice nice; start-stop-daemon -S -d /etc -x /bin/pwd'
t 'timeout 1 watch -n 2 -t echo hi | od -c | head -5'
t 'chroot / /bin/echo in; chroot /nope; chroot /etc/passwd; chroot / nope; mkdir -p cr/bin; cp /bin/busybox cr/bin/; chroot cr /bin/busybox pwd; chroot cr /bin/busybox ls /; chroot cr /bin/busybox ls /..; chroot cr; chroot cr /bin/busybox cat /etc/passwd; chroot cr /bin/busybox chroot /bin /busybox pwd; cd cr; chroot . /bin/busybox pwd; cd ..; rm -r cr'
t 'su user -c "id; echo \$HOME \$USER \$SHELL; pwd"; su - user -c "pwd; id -un; env | sort"; su nosuch; su user -s /bin/sh -c "exit 5"; echo $?; sulogin < /dev/null; passwd < /dev/null; su user -c "su -c id" < /dev/null; su user -c "ls /root; ulimit -H -n; kill -0 1"; setpriv --reuid 1000 cat /proc/1/environ; su user -c "ps -o user,comm | grep ps; setsid id -u; touch /x; mkdir /dev/x; ln -s a /tmp/su-s; rm /tmp/su-s"'
cd /; rm -rf /tmp/processes
