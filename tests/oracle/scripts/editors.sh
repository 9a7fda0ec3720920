#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# busybox's calculators, editors and pagers; scripts by their first line.
# Each case: its text, what it prints, its status.
t() {
	echo "+ $1"
	sh -c "$1" 2>&1
	echo "= $?"
}

mkdir -p /tmp/ar && cd /tmp/ar || exit 1
umask 022
t 'echo "2^100; scale=10; 1/3; sqrt(2)" | bc; echo "a=5; while(a>0){a; a=a-1}" | bc; echo "for(i=0;i<3;i++) i^2" | bc; echo "s(1);e(1);a(1)*4" | bc -l; echo "1/0" | bc; echo "syntax(" | bc; echo "ibase=16; FF" | bc; echo "obase=2; 10" | bc; echo "2 3 + p 5 * p k 2 v p" | dc; echo "10 k 2 v p" | dc; dc -e "1 0 / p"; dc -e "[la1+sa la10>b]sb 0sa lbx la p"; echo "define f(n){if(n<2)return 1;return n*f(n-1)} f(60)" | bc; bc nope'
t 'printf "1,3p\n2d\n,p\n/root/p\ns/root/toor/p\na\nnew line\n.\n\$p\nw out\n=\nq\n" | ed /etc/passwd; cat out; printf "w\n/nope/\nH\nzz\nq\n" | ed out; ed nope < /dev/null; rm -f out'
t 'cp /etc/passwd v; vi -c ":%s/root/XX/g" -c ":wq" v < /dev/null > vo 2>&1; echo $?; cat v; printf ":s/daemon/D/\n:w\n:q\n" | vi v > vo 2>&1; echo $?; cat v; printf "ddihello\033:wq\n" | vi v > vo 2>&1; echo $?; cat v; printf "1Gyyp:q!\n" | vi v >vo 2>&1; wc -c < vo; rm v vo'
t 'less /etc/passwd; more /etc/passwd; more nope; printf "x" | less | cat'
t 'run-parts --test /etc; mkdir r; printf "#!/bin/sh\necho ran \$1\n" > r/one; chmod +x r/one; printf "#!/nowhere\n" > r/two; chmod +x r/two; printf "exit 3\n" > r/three; chmod +x r/three; run-parts r; run-parts -a arg r; echo $?; rm -r r'
t 'printf "#!/bin/sh -e\necho \$0 \$# \$1\nfalse\necho no\n" > sc; chmod +x sc; ./sc a b; echo $?; chmod -x sc; ./sc; printf "#! /bin/cat\nbody\n" > sc; chmod +x sc; ./sc; printf "#!./sc\n" > sd; chmod +x sd; ./sd; printf "#!/nope\n" > sc; ./sc; printf "#!\n" > sc; ./sc; printf "#!/bin/sh" > sc; ./sc; echo $?; printf "#!/tmp/ar/sc\n" > sc; ./sc; printf "\177ELFjunk" > sc; ./sc; : > sc; ./sc; echo $?; cp /bin/busybox bb; chmod -x bb; ./bb true; chmod 111 bb; ./bb true; echo $?; (./bb sleep 1 & sleep 0.2; echo x > bb; echo y >> bb; cp /etc/passwd bb; wait); rm -f sc sd bb'
cd /; rm -rf /tmp/ar
