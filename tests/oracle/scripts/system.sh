#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# busybox's tools for the system: names, log, knobs, time.
# Each case: its text, what it prints, its status.
t() {
	echo "+ $1"
	sh -c "$1" 2>&1
	echo "= $?"
}

mkdir -p /tmp/system && cd /tmp/system || exit 1
t 'uname -s -m -o; uname -p; uname -i; hostname foo; hostname; uname -n; cat /proc/sys/kernel/hostname; hostname -f; hostname -d; echo bar > /proc/sys/kernel/hostname; hostname; hostname $(head -c 65 /dev/zero | tr "\0" y); hostname $(head -c 64 /dev/zero | tr "\0" y); hostname; hostname "(none)"; cat /proc/sys/kernel/domainname; whoami; id; id user; id -u user; id -G user; id nosuch; groups; groups user; tty; who; last; nologin; echo $?' 
t 'free | awk "NR==1||/Swap/"; free -m | awk "{print NF}"; free -b | wc -l; uptime | cut -d, -f3- | cut -c1-15; arch; nproc; date -u -d @0; date -u -d "2020-02-30"; date -u -d "2020-02-28 12:00" +%s; date -u -d 202001011200.30 "+%Y/%m/%d %H:%M:%S %j %a %b %p %y"; TZ=EST5EDT date -d @1600000000; date -R -d @0 -u; date nope; date -d nope; cal 1 2000 | head -2' 
t 'dmesg -n 0; dmesg -n 9; dmesg -n 1; echo "<4>hello kmsg" > /dev/kmsg; dmesg | tail -1 | sed "s/.*] *//"; dmesg -c > /dev/null; dmesg | wc -l; echo two > /dev/kmsg; dmesg | sed "s/.*] *//"; su user -c dmesg; su user -c "cat /dev/kmsg"; su user -c "echo x > /dev/kmsg"' 
t 'sysctl kernel.ostype; sysctl -n kernel.ostype; sysctl kernel.nope; sysctl -e kernel.nope; echo $?; sysctl -w vm.swappiness=30; sysctl vm.swappiness; sysctl -w vm.swappiness=60; sysctl -w kernel.ostype=x; sysctl -w vm.swappiness=abc; sysctl -w vm.swappiness=300; sysctl vm.overcommit_memory vm.overcommit_ratio vm.max_map_count kernel.pid_max kernel.randomize_va_space vm.mmap_min_addr fs.pipe-max-size kernel.ngroups_max kernel.cap_last_cap' 
t 'echo "a b" > /proc/self/comm; cat /proc/self/comm; echo 500 > /proc/self/oom_score_adj; cat /proc/self/oom_score_adj; echo 2000 > /proc/self/oom_score_adj; echo x > /proc/self/oom_score_adj; cat /proc/self/limits | wc -l; echo 1 > /proc/version; cat /proc/nope; cat /proc/self/nope; ls -d /proc/self/task; exec 3> a; rm a; ls -l /proc/self/fd | grep -c deleted' 
t 'usleep 1000; echo $?; sleep x; sleep; getopt ab: -a -b c d; getopt -l foo: -- -x --foo=1; fatattr nope; mt status; logger x; devmem; pivot_root; run-init; switch_root; env -i /bin/busybox printenv; which -a sh ls; usleep x' 
cd /; rm -rf /tmp/system
