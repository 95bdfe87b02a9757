// Compiles a seccomp profile with libseccomp as runc does, for the benchmark of
// the package. What it is told on stdin is one rule a line:
//
//	ACTION NAME [INDEX COMPARISON VALUE VALUE]…
//
// compile N compiles it N times and prints how many nanoseconds each took;
// compile asleep and compile busy put it in force, say so, and sleep or spin.
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { most = 1024 };

static struct rule {
	uint32_t action;
	char name[64];
	struct scmp_arg_cmp args[6];
	unsigned int count;
} rules[most];
static int count;

static void must(int result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "%s: %s\n", what, strerror(-result));
		exit(1);
	}
}

static void read_rules(void)
{
	char line[1024];
	while (count < most && fgets(line, sizeof line, stdin)) {
		struct rule *r = &rules[count++];
		int at = 0, used;
		unsigned int index, op;
		unsigned long long one, two;
		if (sscanf(line, "%u %63s%n", &r->action, r->name, &at) != 2)
			must(-1, line);
		while (r->count < 6 && sscanf(line + at, "%u %u %llu %llu%n", &index, &op, &one, &two, &used) == 4) {
			r->args[r->count++] = (struct scmp_arg_cmp){index, op, one, two};
			at += used;
		}
	}
}

static scmp_filter_ctx compile(void)
{
	// The first rule is the default.
	scmp_filter_ctx filter = seccomp_init(rules[0].action);
	if (!filter)
		must(-1, "seccomp_init");
	seccomp_arch_add(filter, SCMP_ARCH_X86);
	seccomp_arch_add(filter, SCMP_ARCH_X32);
	must(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
	for (int i = 1; i < count; i++) {
		int call = seccomp_syscall_resolve_name(rules[i].name);
		if (call != __NR_SCMP_ERROR)
			must(seccomp_rule_add_array(filter, rules[i].action, call, rules[i].count, rules[i].args), rules[i].name);
	}
	return filter;
}

int main(int argc, char **argv)
{
	read_rules();
	if (argc == 2 && atoi(argv[1]) == 0) {
		must(seccomp_load(compile()), "seccomp_load");
		puts("in force");
		fflush(stdout);
		while (strcmp(argv[1], "busy") == 0)
			;
		for (;;)
			pause();
	}
	struct timespec from, to;
	int n = atoi(argv[1]), file = memfd_create("program", 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < n; i++) {
		scmp_filter_ctx filter = compile();
		lseek(file, 0, SEEK_SET);
		must(seccomp_export_bpf(filter, file), "seccomp_export_bpf");
		seccomp_release(filter);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.0f\n", ((to.tv_sec - from.tv_sec) * 1e9 + to.tv_nsec - from.tv_nsec) / n);
	return 0;
}
