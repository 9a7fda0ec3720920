/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parent and child take turns at one address, of which each has its own page. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int value[1024] __attribute__((aligned(4096)));

/* Counts how often somebody else's value is found. */
static int play(int mine, int from, int to, int serves)
{
	int wrong = 0;
	char ball;

	value[0] = mine;
	for (int round = 0; round < 100; round++) {
		if (serves)
			write(to, "o", 1);
		read(from, &ball, 1);
		wrong += value[0] != mine + round;
		value[0]++;
		if (!serves)
			write(to, "o", 1);
	}
	return wrong;
}

int main(void)
{
	int there[2], back[2], status, wrong;

	pipe(there);
	pipe(back);
	if (!fork())
		_exit(play(1000, there[0], back[1], 0));
	wrong = play(5000, back[0], there[1], 1);
	wait(&status);
	printf("wrong: parent %d, child %d\n", wrong, WEXITSTATUS(status));
	return 0;
}
