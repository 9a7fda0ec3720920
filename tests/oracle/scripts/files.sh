#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# busybox's tools for files, with their errors, in a tmpfs.
# Each case: its text, what it prints, its status.
t() {
	echo "+ $1"
	sh -c "$1" 2>&1
	echo "= $?"
}

mkdir -p /tmp/fi && cd /tmp/fi || exit 1
umask 022
t 'mkdir -p a/b/c; mkdir a; mkdir a/b/c/d/e; mkdir -m 700 p; ls -ld p | cut -c1-10; rmdir a; rmdir -p a/b/c; rmdir p; rmdir nope'
t 'echo hello > f; cp f g; cp -i f g < /dev/null; cp -n f g; cp -u f g; cp f; cp f nope/; cp nope f; cp f f; mkdir d; cp d e; cp -r d e; cp f d e; ls e; cp -l f h; ls -l h | cut -c1-20; cp -s f s; readlink s; cp -a s s2; readlink s2; cp -L s s3; cat s3; cp -f f g; cp -p f k; cp f /dev/null; rm -r *'
t 'echo 1 > f; mv f g; mv g g; mkdir d; mv g d; mv d/g .; mv d d2; mv nope x; mv g nope/; mkdir d2/sub; mv d2 d2/sub; mv -n g d2; mv -i d2/g . </dev/null; mv -f d2/g .; mkdir g2; mv g2 g; mv g g2; mkdir g; touch d2/g; mv g d2; rm -rf *'
t 'touch f; ln f g; ln f g; ln -f f g; ln -s f s; ln -s f s; ln -sf g s; readlink s; ln -s /nowhere dang; cat dang; ls -L dang; ln nope x; mkdir d; ln d d3; ln -s d sd; ln -s f sd; ls d; ln -sn f sd; ln -sfn f sd; readlink sd; ln f d; ls -i f d/f | cut -d" " -f1 | uniq | wc -l; rm -r *'
t 'ln -s l1 l2; ln -s l2 l1; cat l1; ls l1; stat l1 > /dev/null; readlink -f l1; realpath l1; cd l1; echo x > l1; chmod 644 l1; chown 0 l1; touch l1; rm l1 l2; ls'
t 'touch f; chmod 755 f; ls -l f|cut -c1-10; chmod u-x,g+w,o= f; ls -l f|cut -c1-10; chmod 4755 f; ls -l f|cut -c1-10; chmod 7777 f; ls -l f|cut -c1-10; chmod a-rwx f; ls -l f|cut -c1-10; chmod +x nope; chmod 999 f; chmod -v 644 f; chmod -c 644 f; mkdir d; chmod 1777 d; chmod g+s d; ls -ld d|cut -c1-10; touch d/x; mkdir d/y; ls -ld d/y|cut -c1-10; chmod -R 700 d; ls -lR d|cut -c1-10; rm -r *'
t 'touch f; chown 1:2 f; ls -ln f|cut -c1-30; chown user f; ls -l f|cut -c1-30; chgrp 5 f; chown nosuch f; chown :7 f; ls -ln f|cut -c1-30; chmod 6755 f; chown 3 f; ls -ln f|cut -c1-30; ln -s f s; chown -h 9 s; ls -ln s|cut -c1-24; chown 4 nope; rm *'
t 'touch -t 200102030405.06 f; stat -c %y f; touch -d "2010-05-06 07:08:09" f; stat -c "%y %Y" f; touch -r f g; stat -c %Y g; touch -c nope; ls nope; touch nope/x; touch -h f; touch -t 203712312359 f; stat -c "%y" f; touch -t 190201010000 f; stat -c %y f; touch -d @0 f; stat -c %y f; touch -d @-1 f; stat -c %y f; rm f g'
t 'echo 12345 > f; stat -c "%n %s %b %B %h %f %a %A %F %u %g %U %G %o %t %T %N" f; mkdir d; stat -c "%n %s %b %B %h %f %a %A %F %o" d; ln -s f s; stat -c "%n %s %b %f %F %N" s; mkfifo p; stat -c "%s %b %F %f" p; mknod c c 1 3; stat -c "%F %t %T %f" c; mknod b b 7 0; stat -c "%F %t %T %f" b; stat nope; stat -L -c %F s; rm -r *'
t 'stat -f -c "%n %t %T %s %S %l" /tmp /proc /dev /sys; stat -f -c "%b %c" /proc; stat -f nope; stat -c "%F %a %s %b %h" /proc/self /proc/1/fd /dev/null /dev/console /tmp /proc/meminfo /proc/self/exe'
t 'echo x > f; rm f; rm f; rm -f f; mkdir d; rm d; rm -r d; mkdir d; touch d/f; rm -rf d; rm -rf nope; rm /; unlink nope; touch f; unlink f; link nope x; mkdir d; unlink d; rmdir d; rm -i f < /dev/null; rm .; rm -r ..'
t 'dd if=/dev/zero of=f bs=1000 count=5; dd if=/dev/zero of=f bs=100 seek=10 count=1 conv=notrunc; stat -c %s f; dd if=/dev/zero of=f bs=100 seek=10 count=1; stat -c %s f; dd if=f of=/dev/null bs=512; dd if=f bs=64 skip=1 count=2 2>&1 | wc -c; dd if=nope; dd of=/nowhere/x; dd if=/dev/zero of=/dev/full bs=10 count=1; dd if=/dev/zero bs=3 count=2 iflag=count_bytes,skip_bytes 2>&1| wc -c; echo abc | dd conv=swab; echo abc | dd bs=10 conv=sync | od -c; dd if=/nope of=f conv=noerror; echo 1234567890 | dd bs=1 skip=3 count=4; dd if=f of=g conv=fsync,fdatasync; dd if=/dev/zero of=x bs=1M seek=5 count=0; stat -c "%s %b" x; dd bs=x; dd if=/tmp of=x; dd if=f of=/tmp; rm *' | sed -E 's/copied.*/copied/'
t 'truncate -s 100 f; stat -c "%s %b" f; truncate -s +50 f; truncate -s 5M f; stat -c "%s %b" f; truncate -s 0 f; truncate -s -1 f; truncate -c -s 5 nope; ls nope; truncate -s 1G f; stat -c "%s %b" f; truncate -s 10T f; stat -c "%s %b" f;  truncate -s 5 /tmp; truncate -s 5 /dev/null; rm f'
t 'fallocate -l 100000 f; stat -c %s f; fallocate -o 50000 -l 100000 f; stat -c %s f; fallocate -l 0 f; fallocate -l 10 /dev/null; fallocate -l 10 /tmp; rm f'
t 'echo data > f; shred -n 1 -z -u f; ls f; echo data > f; shred -n 1 f; stat -c %s f; shred nope; rm f'
t 'readlink nope; ln -s a/b s; readlink s; readlink -f s; readlink -n s; echo; readlink -f /proc/self/cwd; realpath . .. /tmp/fi/../fi s nope nope/x; readlink /etc/passwd; readlink -v /etc/passwd; readlink -f /tmp/fi/s/..; rm s'
t 'install -m 640 /etc/passwd f; stat -c "%a %s" f; install -d x/y/z; ls -d x/y/z; install -D f q/r/f; ls q/r; install f x; ls x; install nope x; rm -r *'
t 'mktemp | sed "s/[^.]*$/X/"; d=$(mktemp -d); ls -ld $d|cut -c1-10; mktemp -p /tmp/fi foo.XXXXXX | wc -c; mktemp foo; mktemp /nowhere/XXXXXX; mktemp -u xx.XXXXXX | wc -c; stat -c %a foo.*; rm -rf * $d'
t 'mkfifo p; mkfifo p; mkfifo -m 600 q; ls -l p q | cut -c1-10; mkfifo nope/p; mknod n p; ls -l n | cut -c1-10; mknod c c 1 5; head -c 4 c | od -c; mknod z b 250 250; cat z; mknod y c 250 250; cat y; echo > y; mknod bad x; mknod c c 1 5; rm *'
t 'mkdir -p a/b; echo 1 > a/f; echo 22 > a/b/g; ln -s f a/s; mkfifo a/p; touch -t 200001010000 a/old; chmod 755 a/f; find a | sort; find a -type f | sort; find a -type l; find a -type p; find a -name "f*"; find a -size +1c -type f; find a -size -2c -type f| sort; find a -empty | sort; find a -perm 755 -type f; find a -perm -100 | sort; find a -newer a/old | sort; find a -mtime +100; find a -mmin -5 -type f| sort; find a -maxdepth 1| sort; find a -mindepth 2; find a -path "*b/g"; find a -depth | tail -1; find a -links +1 | sort; find a -user root | wc -l; find a -uid 0 | wc -l; find a -group 1; find a -inum 0; find a -exec echo x {} \; | sort; find a -type f -exec echo {} +|wc -w; find a ! -type f -o -name g| sort; find a -prune; find a -name b -prune -o -print| sort; find a -type f -print0 | tr "\0" "\n"| sort; find a -xdev -name g -delete; find a -name g; find a -type f -quit; find nope; find a -regex ".*f"; find a -samefile a/f; find -L a -type l; find a -executable -type f; find a -iname F; find . -false; rm -r a'
t 'mkdir d; echo 1 > d/a; echo 2 > d/.h; mkdir d/s; ls d; ls -a d; ls -A d; ls -1 d; ls -F d; ls -p d; ls -m d; ls -r d; ls -R d; ls -d d; ls -S d; ls -C d; ls -x d; ls -n d | sed -E "s/... .. ..:.. /D /"; ls -l d | sed -E "s/... .. ..:.. /D /"; ls -s d; ls -la d|sed -E "s/... .. ..:.. /D /"; ls -ld d|sed -E "s/... .. ..:.. /D /"; ls -h -l /etc/passwd| cut -c1-10; ls nope; ls d/nope; ls d/a/x; ls -l --full-time d | wc -l; ls -lc d | wc -l; ls -t d | wc -l; ls --color=always d; rm -r d' 2>&1
t 'mkdir d; dd if=/dev/zero of=d/x bs=10000 count=1 2>/dev/null; du d; du -a d; du -s d; du -k d; du -b d; du -h d; du -c d; du -m d; truncate -s 1M d/hole; du d/hole; ln d/x d/y; du -a d | sort; du -l d; du nope; rm -r d'
t 'mount -t tmpfs -o size=1m none /mnt; df /mnt; df -k /mnt; df -i /mnt | wc -l; df -h /mnt; dd if=/dev/zero of=/mnt/x bs=1024 count=2000; df /mnt; ls -l /mnt/x | awk "{print \$5}"; rm /mnt/x; df /mnt; df nope; df -T /mnt; df -P /mnt; umount /mnt' 2>&1 | sed -E 's/copied.*/copied/'
t 'mount -t tmpfs -o size=64k,nr_inodes=5,mode=700 none /mnt; ls -ld /mnt | cut -c1-10; cd /mnt; touch a b c d e; ls; mkdir x; rm a b c d; mkdir x; df -i /mnt; cd /; umount /mnt'
t 'echo a > f; flock f echo got; flock -n f echo got2; flock -x f sh -c "flock -n f echo no; echo \$?; flock -s -n f echo no; echo \$?"; flock -s f sh -c "flock -s -n f echo shared; flock -n -x f echo no; echo \$?"; (flock -n 9; echo $?) 9>f; flock nope/f true; flock -u f true; rm f'
t 'sync; echo $?; sync f; echo x > f; sync f; echo $?; sync -d f; sync -f f; echo $?; fsync f; fsync nope; rm f'
t 'mkdir d; cd d; rmdir ../d; pwd; ls; touch x; mkdir y; ls ..; cd ..; echo $?; /bin/pwd'
t 'touch $(seq 1 300); ls | wc -l; rm $(seq 1 2 300); ls | wc -l; ls | sort -n | head -3 | tr "\n" " "; rm *'
t 'n=$(printf "%0255d" 1); touch $n; ls | wc -c; touch ${n}x; mkdir ${n}x; rm $n; cat ${n}x; p=$(printf "x/%.0s" $(seq 1 2100)); cat $p | head -1 2>&1 | cut -c1-20' 2>&1 | sed -E 's/0{200,}1/LONG/g;s/(x\/){1000,}/XPATH/g'
t 'touch f; cat f/x; ls f/; cat f/; mkdir f/x; cd f; echo > f/x; rm f/; mv f f/x; touch f/; ls f/.; rm f'
t 'mkdir d; chmod 000 d; chmod 644 /etc/passwd; su user -c "ls d; cd d; cat d/x; touch d/x; mkdir d/x; echo > /etc/passwd; rm /etc/passwd; chmod 777 /etc/passwd; chown user /etc/passwd; mv /etc/passwd /tmp; ln /etc/passwd /tmp/zz; mknod /tmp/n c 1 3; kill -9 1; mount -t tmpfs x /mnt; umount /tmp; hostname foo; date -s 2000-01-01; reboot -f; nice -n -5 true; renice -5 \$\$; chroot / true; dmesg | wc -l; cat /proc/1/environ; ls /proc/1/fd; swapon /dev/x; ulimit -H -n 9999; touch /tmp/mine; ls -l /tmp/mine | cut -c1-30; rm /tmp/mine; id; touch -d @0 /etc/passwd; rm -f /tmp/fi/d; mkdir /tmp/u; rmdir /tmp/fi/d"; rmdir /tmp/u d; chmod 644 /etc/passwd'
t 'for i in 1 2 3; do echo $i; done > f; split -l 1 f; ls; cat xab; rm x*; split -b 2 f y; ls; cat y* | cmp - f; rm *'
t 'cat /etc/passwd > f; echo more >> f; : > f; wc -c f; echo abc > f; exec 5<f; rm f; cat <&5; cat /proc/self/fd/5; ls -l /proc/self/fd/5 | sed "s/.*->//"; exec 5<&-'
t 'echo abcdef > f; exec 4<>f; head -c 2 <&4; echo; echo X >&4; cat f; exec 4>&-; exec 4>>f; echo Y >&4; cat f; rm f'
t 'chattr +i f; lsattr f; setfattr -n user.x -v y f; getfattr f; lsof | head -3; fuser /tmp'
cd /; rm -rf /tmp/fi
