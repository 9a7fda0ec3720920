#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# completion-zsh.sh MMUSCOPE: what a zsh at a terminal makes of some beginnings
# of command lines. Its start-up file asks for all of them as soon as there is
# a line to edit; compadd, by which all completions go, writes them down.
set -u
command -v zsh > /dev/null || { echo "no zsh here"; exit 77; }
mmuscope=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
lines=() wanted=() failed=0
"$mmuscope" completion zsh > "$folder/script" || exit 1
zsh -n "$folder/script" || exit 1

# only LINE WORD...: what LINE can be completed with
only()
{
	lines+=("$1")
	wanted+=("${*:2}")
}

only 'mmuscope ru' run
only 'mmuscope comp' completion
only 'mmuscope run --trace-f' --trace-filter --trace-format
only 'mmuscope run --pal' --palette
only 'mmuscope why --v' --va --version
only 'mmuscope run --set kernel.sl' kernel.slab_allocator
only 'mmuscope run --set kernel.slab_allocator=' \
	kernel.slab_allocator=slab kernel.slab_allocator=slub \
	kernel.slab_allocator=slob
only 'mmuscope run --set=kernel.slab_allocator=slo' \
	--set=kernel.slab_allocator=slob
only 'mmuscope run --set cpu.tlb.split=true --set cpu.tlb.split=t' \
	cpu.tlb.split=true
only 'mmuscope sweep --vary cpu.tlb.rep' cpu.tlb.replacement
only 'mmuscope run --trace-format j' json
only 'mmuscope run --trace-events sched_switch,sched_wakeup_' \
	sched_switch,sched_wakeup_new
only 'mmuscope why --at e' exit end
only 'mmuscope completion z' zsh
# of paths, compadd gets the last part
only 'mmuscope run configs/vexp' vexpress-a9.yaml
only 'mmuscope test configs/scenarios/hwp' hwpoison
only 'mmuscope run -q configs/vexpress-a9.yaml -- host:guests/hello/h' \
	host:hello.S
only 'mmuscope run configs/vexpress-a9.yaml /bin/ls --se'
# an option's value is no command and no board
only 'mmuscope run --trace build/x.txt configs/tin' tiny-8m.yaml
only 'mmuscope run --stats configs/tiny-8m.yaml --layo' --layout
# each option of each help can be completed
for command in $("$mmuscope" completion | sed -n "s/.*command) echo '\(.*\)'.*/\1/p" |
	tail -1); do
	for option in $("$mmuscope" "$command" --help |
		grep -oE -- '^ +(-., )?--[a-z-]+' | grep -oE -- '--.*'); do
		lines+=("mmuscope $command $option")
		wanted+=("$option")
	done
done

printf '%s\n' "${lines[@]}" > "$folder/lines"
cat > "$folder/.zshrc" << 'END'
autoload -Uz compinit
compinit -u -D
source $ZDOTDIR/script
setopt no_list_ambiguous no_beep
compadd()
{
	local -a hits

	# those that only sort words for their caller aren't shown
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -A hits "$@"
	(( $#hits )) && print -rl -- $IPREFIX${^hits} >> $ZDOTDIR/hits
	builtin compadd "$@"
}
ask_all()
{
	local line

	while IFS= read -r line; do
		print -r -- "== $line" >> $ZDOTDIR/hits
		BUFFER=$line CURSOR=$#line
		zle complete-word
	done < $ZDOTDIR/lines
	exit
}
zle -N zle-line-init ask_all
END
ZDOTDIR=$folder TERM=dumb timeout 60 script -qec 'zsh -o noglobalrcs -i' /dev/null \
	> "$folder/out" 2>&1 < /dev/null
if [ ! -s "$folder/hits" ]; then
	echo "no terminal to have:"
	cat "$folder/out"
	exit 77
fi
for i in "${!lines[@]}"; do
	got=$(line=${lines[$i]} awk '/^== / { on = $0 == "== " ENVIRON["line"]; next }
		on' "$folder/hits" | sed 's,/$,,' | sort -u | paste -sd' ')
	want=$(tr ' ' '\n' <<< "${wanted[$i]}" | sort -u | paste -sd' ')
	[ "$got" = "$want" ] && continue
	# what is whole already is there among those that begin like it
	[[ ${lines[$i]} == *" $want" && " $got " == *" $want "* ]] && continue
	echo "'${lines[$i]}': '$got' in place of '$want'"
	failed=1
done
exit $failed
