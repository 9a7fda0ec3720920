/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters of all kinds: a number, arrays, a string in place, and one whose
 * functions are this module's. Read and write them while it is loaded:
 *
 *	insmod parameters.ko numbers=1,2,3 level=4
 *	cat /sys/module/parameters/parameters/level
 *	echo 9 > /sys/module/parameters/parameters/level
 *
 * Writing to `wild` makes its function go wrong; `endless` claims to have
 * printed more than fits.
 */

#include <linux/module.h>

static unsigned long long large = 1;
module_param(large, ullong, 0600);
MODULE_PARM_DESC(large, "a number of 64 bits");

static int numbers[4] = {-1, -2, -3, -4};
static unsigned int nr_numbers = 4;
module_param_array(numbers, int, &nr_numbers, 0644);
MODULE_PARM_DESC(numbers, "up to four numbers");

static char *words[3] = {"one", "two", "three"};
module_param_array(words, charp, NULL, 0644);
MODULE_PARM_DESC(words, "up to three words");

static bool switches[3];
module_param_array(switches, bool, NULL, 0644);

static bool quiet;
module_param_named(silent, quiet, invbool, 0644);
MODULE_PARM_DESC(silent, "the opposite of quiet");

static char text[8] = "preset";
module_param_string(text, text, sizeof(text), 0644);
MODULE_PARM_DESC(text, "up to seven characters");

static int hidden = 5;
module_param(hidden, int, 0);

static int level, nr_set;

static int level_set(const char *value, const struct kernel_param *kp)
{
	int old = level, err = param_set_int(value, kp);

	if (!err && (level < 0 || level > 10)) {
		level = old;
		err = -ERANGE;
	}
	nr_set += !err;
	return err;
}

static int level_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d of 10, set %d times\n", *(int *)kp->arg,
		       nr_set);
}

static void level_free(void *arg)
{
	pr_info("parameters: level was %d\n", *(int *)arg);
}

static const struct kernel_param_ops level_ops = {
	.set = level_set,
	.get = level_get,
	.free = level_free,
};
module_param_cb(level, &level_ops, &level, 0644);
MODULE_PARM_DESC(level, "0 to 10");

static char *volatile nowhere = (char *)4;

static int wild_set(const char *value, const struct kernel_param *kp)
{
	*nowhere = value[0];
	return kp->perm;
}

static int endless_get(char *buffer, const struct kernel_param *kp)
{
	buffer[0] = kp->name[0];
	return 1 << 20;
}

static const struct kernel_param_ops wild_ops = {.set = wild_set};
module_param_cb(wild, &wild_ops, NULL, 0200);
static const struct kernel_param_ops endless_ops = {.get = endless_get};
module_param_cb(endless, &endless_ops, NULL, 0444);

static int __init parameters_init(void)
{
	pr_info("parameters: %u numbers, the first %d; %s; %s; hidden %d\n",
		nr_numbers, numbers[0], words[1], text, hidden);
	return 0;
}

static void __exit parameters_exit(void)
{
	pr_info("parameters: %u numbers, %s, %s\n", nr_numbers, words[0], text);
}

module_init(parameters_init);
module_exit(parameters_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("mmuscope");
MODULE_DESCRIPTION("Parameters of all kinds");
MODULE_VERSION("1.2");
MODULE_ALIAS("parms");
