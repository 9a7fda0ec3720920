#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# debugfs: who may do what there, mounting it, and the shape of the files on
# memory that both kernels have.
# Each case: its text, what it prints, its status.
t() {
	echo "+ $1"
	sh -c "$1" 2>&1
	echo "= $?"
}

mkdir -p /tmp/debugfs && cd /tmp/debugfs || exit 1
export D=/sys/kernel/debug
export E=$D/extfrag
t 'grep debugfs /proc/mounts /proc/filesystems; stat -f -c %t $D'
t 'stat -c "%n %a %u %g %s %h %F" $E $E/unusable_index $E/extfrag_index $D/memblock $D/memblock/memory; stat -c "%a %u %g %s %F" $D'
t 'su user -c "ls $D; cat $E/extfrag_index; ls -d $D"'
t 'mkdir $D/mine; mkdir $E/mine; touch $D/mine; rm $E/extfrag_index; rmdir $E; mv $E $D/other; mv $E/extfrag_index $E/other; ln $E/extfrag_index $E/other; ln -s a $D/link; mknod $D/node p'
t 'echo 1 > $E/extfrag_index; : > $E/extfrag_index; echo 1 >> $E/unusable_index; cat $E; cat < $E; cat $E/nope; truncate -s 9 $E/extfrag_index; stat -c %s $E/extfrag_index; truncate -s 0 $E/extfrag_index'
t 'chmod 600 $E/extfrag_index; chown 5:6 $E/extfrag_index; stat -c "%a %u %g" $E/extfrag_index; chmod 444 $E/extfrag_index; chown 0:0 $E/extfrag_index'
t 'head -c 8 $E/unusable_index; echo; tail -c 2 $E/unusable_index | od -c; dd if=$E/unusable_index bs=1 skip=5 count=7 2> /dev/null; echo; (head -c 5; head -c 7) < $E/unusable_index; echo; wc -c < /dev/null; cat $E/unusable_index $E/extfrag_index | wc -l'
t 'sed "s/zone *[A-Za-z0-9]* /zone Z /; s/[0-9]\.[0-9][0-9][0-9]/N/g; s/\(-*N \)*$/N\.\.\./" $E/unusable_index $E/extfrag_index | sort -u; grep -c -v "^Node [0-9]*, zone *[A-Za-z0-9]* \([ -][01]\.[0-9][0-9][0-9] \)*$" $E/extfrag_index; grep -c -v "^Node [0-9]*, zone *[A-Za-z0-9]* \([01]\.[0-9][0-9][0-9] \)*$" $E/unusable_index'
# Of free pages that don't change meanwhile, the part that is of no use.
cat > unusable.awk <<'AWK'
BEGIN { size[0] = 1; for (i = 1; i < 20; i++) size[i] = 2 * size[i - 1] }
FNR == NR { for (i = 5; i <= NF; i++) free[$2, $4, i - 5] = $i; orders = NF - 4; next }
{
	pages = 0
	for (i = 0; i < orders; i++)
		pages += free[$2, $4, i] * size[i]
	good = pages
	for (o = 0; o < orders; o++) {
		index1000 = int((pages - good) * 1000 / pages)
		text = sprintf("%d.%03d", int(index1000 / 1000), index1000 % 1000)
		if (text != $(o + 5))
			print "order", o, "is", $(o + 5), "not", text
		good -= free[$2, $4, o] * size[o]
		n++
	}
}
END { print n == orders * FNR ? "all counted" : "some missing" }
AWK
t 'for i in 1 2 3 4 5 6 7 8 9; do cat /proc/buddyinfo > a; cat $E/unusable_index > u; cat /proc/buddyinfo > b; cmp -s a b && break; done; awk -f unusable.awk a u'
t 'for f in memory reserved; do grep -c -v "^ *[0-9]*: 0x[0-9a-f]\{8\}\.\.0x[0-9a-f]\{8\}" $D/memblock/$f; head -1 $D/memblock/$f | cut -c1-7; done'
t 'cd $E && umount $D; cd /; umount $D && ls $D; mount -t debugfs -o uid=3,gid=4,mode=751 some $D; grep -c "debugfs $D debugfs rw,relatime,uid=3,gid=4,mode=751 0 0\|some $D debugfs rw,relatime,uid=3,gid=4,mode=751 0 0" /proc/mounts; stat -c "%a %u %g" $D; ls -d $E; umount $D; mount -t debugfs -o mode=9 none $D; mount -t debugfs -o uid=x none $D; mount -t debugfs -o odd,even=1 none $D && stat -c "%a %u %g" $D; mount -o remount,mode=700 $D; stat -c %a $D; mount -o remount,ro $D; grep -c "$D debugfs ro," /proc/mounts; chmod 600 $E/extfrag_index; mount -o remount,rw $D'
cd /; rm -rf /tmp/debugfs
