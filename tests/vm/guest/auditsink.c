// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stand in for the audit daemon: take the kernel's audit records, print them.
 *
 * auditsink [-b BACKLOG] [-f FAILURE] [-r] [-s]
 *
 * Switches audit on and becomes the daemon, with so much backlog and that failure
 * mode (0 silent, 1 printk, 2 panic). Prints "ready", then a line a record:
 *
 *	TYPE audit(SECONDS.MS:SERIAL): ...
 *
 * -r: with the rule "-a always,exit -F arch=b64 -S execve,execveat -F exit=-EPERM
 *     -F key=debar-deny" in force.
 * -s: until SIGUSR1 the kernel's thread that hands the records over gets next to no
 *     processor, so that the backlog fills and stays full: a second process takes
 *     processor 1, where the thread has to stay. Ourselves and our parent stay on
 *     processor 0. (A daemon that does not read is another thing: then the kernel gives
 *     up after a tenth of a second, and with -f 2 panics.)
 *
 * SIGTERM: reads what is there, removes the rule, prints "lost N", the records that
 * the kernel says it lost meanwhile, and "end". Exits 0, or 1 with a message.
 */
#include <dirent.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SIZE 16384
#define KEY "debar-deny"
#define QUIET_MS 500	/* nothing more comes after SIGTERM */

static volatile sig_atomic_t stopping, going_on;
static int answers;	/* a socket of its own: records do not come here */
static unsigned int seq;
static pid_t hog;	/* of the processor; 0: none */

static void on_signal(int signal)
{
	if (signal == SIGUSR1)
		going_on = 1;
	else
		stopping = 1;
}

static void die(const char *what)
{
	printf("auditsink: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)))
		die("socket");
	return fd;
}

static void send_request(int fd, int type, const void *data, size_t length)
{
	static union {
		struct nlmsghdr header;
		char bytes[SIZE];
	} message;

	memset(&message, 0, sizeof(message));
	message.header.nlmsg_len = NLMSG_LENGTH(length);
	message.header.nlmsg_type = type;
	message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message.header.nlmsg_seq = ++seq;
	if (length)
		memcpy(NLMSG_DATA(&message.header), data, length);
	if (send(fd, &message, message.header.nlmsg_len, 0) < 0)
		die("send");
}

/* Waits for the acknowledgement; a status that comes before it goes to @ret_status. */
static void request(int type, const void *data, size_t length,
		    struct audit_status *ret_status)
{
	static union {
		struct nlmsghdr header;
		char bytes[SIZE];
	} reply;
	ssize_t n;

	send_request(answers, type, data, length);
	for (;;) {
		n = recv(answers, &reply, sizeof(reply), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < (ssize_t)NLMSG_LENGTH(sizeof(int)))
			die("recv");
		if (reply.header.nlmsg_type == AUDIT_GET && ret_status) {
			memset(ret_status, 0, sizeof(*ret_status));
			n -= NLMSG_HDRLEN;
			memcpy(ret_status, NLMSG_DATA(&reply.header),
			       (size_t)n < sizeof(*ret_status) ? (size_t)n :
								sizeof(*ret_status));
		}
		if (reply.header.nlmsg_type != NLMSG_ERROR)
			continue;
		errno = -*(int *)NLMSG_DATA(&reply.header);
		if (errno)
			die("refused");
		return;
	}
}

static struct audit_status get_status(void)
{
	struct audit_status status = { 0 };

	/* The acknowledgement may come before the status, so ask again behind it: who sends it may be slow. */
	while (!status.backlog_limit)
		request(AUDIT_GET, NULL, 0, &status);
	return status;
}

static void change_rule(int type)
{
	static union {
		struct audit_rule_data rule;
		char bytes[sizeof(struct audit_rule_data) + sizeof(KEY)];
	} r;

	memset(&r, 0, sizeof(r));
	r.rule.flags = AUDIT_FILTER_EXIT;
	r.rule.action = AUDIT_ALWAYS;
	r.rule.field_count = 3;
	r.rule.fields[0] = AUDIT_ARCH;
	r.rule.values[0] = AUDIT_ARCH_X86_64;
	r.rule.fieldflags[0] = AUDIT_EQUAL;
	r.rule.fields[1] = AUDIT_EXIT;
	r.rule.values[1] = (unsigned int)-EPERM;
	r.rule.fieldflags[1] = AUDIT_EQUAL;
	r.rule.fields[2] = AUDIT_FILTERKEY;
	r.rule.values[2] = strlen(KEY);
	r.rule.fieldflags[2] = AUDIT_EQUAL;
	r.rule.mask[AUDIT_WORD(SYS_execve)] |= AUDIT_BIT(SYS_execve);
	r.rule.mask[AUDIT_WORD(SYS_execveat)] |= AUDIT_BIT(SYS_execveat);
	r.rule.buflen = strlen(KEY);
	memcpy(r.rule.buf, KEY, strlen(KEY));
	request(type, &r, sizeof(r.rule) + strlen(KEY), NULL);
}

/* Return: whether a record came within @ms. */
static bool print_next(int records, int ms)
{
	static union {
		struct nlmsghdr header;
		char bytes[SIZE];
	} message;
	struct pollfd fd = { .fd = records, .events = POLLIN };
	ssize_t n;

	if (poll(&fd, 1, ms) <= 0)
		return false;
	n = recv(records, &message, sizeof(message), 0);
	if (n < NLMSG_HDRLEN)
		return n < 0 && errno == EINTR;
	if (message.header.nlmsg_type < AUDIT_FIRST_USER_MSG)
		return true;
	printf("%u %.*s\n", message.header.nlmsg_type, (int)(n - NLMSG_HDRLEN),
	       (char *)NLMSG_DATA(&message.header));
	fflush(stdout);
	return true;
}

static void pause_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

static pid_t find_process(const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t pid = 0;

	while (proc && !pid && (entry = readdir(proc))) {
		char path[300], text[64] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(text, sizeof(text), file) && !strncmp(text, name, strlen(name)))
			pid = atoi(entry->d_name);
		fclose(file);
	}
	if (proc)
		closedir(proc);
	if (!pid)
		die(name);
	return pid;
}

static void stay_on(pid_t pid, int first, int last)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (; first <= last; first++)
		CPU_SET(first, &set);
	if (sched_setaffinity(pid, sizeof(set), &set))
		die("sched_setaffinity");
}

static void starve(void)
{
	const struct sched_param urgent = { .sched_priority = 1 }, none = { 0 };
	pid_t thread = find_process("kauditd");

	stay_on(thread, 1, 1);
	if (sched_setscheduler(thread, SCHED_IDLE, &none))
		die("SCHED_IDLE");
	stay_on(0, 0, 0);
	stay_on(getppid(), 0, 0);
	/* What would leave others a share. */
	write_file("/proc/sys/kernel/sched_rt_runtime_us", "-1");
	write_file("/sys/kernel/debug/sched/fair_server/cpu1/runtime", "0");
	hog = fork();
	if (hog)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stay_on(0, 1, 1);
	if (sched_setscheduler(0, SCHED_FIFO, &urgent))
		die("SCHED_FIFO");
	for (;;)
		;
}

static void feed(void)
{
	const struct sched_param none = { 0 };
	pid_t thread;

	if (!hog)
		return;
	kill(hog, SIGKILL);
	waitpid(hog, NULL, 0);
	hog = 0;
	write_file("/sys/kernel/debug/sched/fair_server/cpu1/runtime", "50000000");
	write_file("/proc/sys/kernel/sched_rt_runtime_us", "950000");
	thread = find_process("kauditd");
	sched_setscheduler(thread, SCHED_OTHER, &none);
	stay_on(thread, 0, 1);
	stay_on(getppid(), 0, 1);
	stay_on(0, 0, 1);
}

int main(int argc, char **argv)
{
	struct audit_status set = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID |
			AUDIT_STATUS_BACKLOG_LIMIT | AUDIT_STATUS_FAILURE,
		.enabled = 1,
		.backlog_limit = 8192,
		.failure = 1,
	};
	struct sigaction action = { .sa_handler = on_signal };
	bool rule = false, slow = false;
	unsigned int lost;
	int option, records;

	while ((option = getopt(argc, argv, "b:f:rs")) > 0) {
		switch (option) {
		case 'b':
			set.backlog_limit = strtoul(optarg, NULL, 0);
			break;
		case 'f':
			set.failure = strtoul(optarg, NULL, 0);
			break;
		case 'r':
			rule = true;
			break;
		case 's':
			slow = true;
			break;
		default:
			return 1;
		}
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	answers = open_socket();
	records = open_socket();
	lost = get_status().lost;
	if (rule)
		change_rule(AUDIT_ADD_RULE);
	/* From this socket: the kernel sends records to the one that asked for it. */
	set.pid = getpid();
	send_request(records, AUDIT_SET, &set, sizeof(set));
	while (get_status().pid != set.pid)
		pause_ms(10);
	if (slow)
		starve();
	say("ready");
	while (!stopping || print_next(records, QUIET_MS)) {
		if (!stopping)
			print_next(records, 100);
		if (going_on || stopping)
			feed();
	}
	if (rule)
		change_rule(AUDIT_DEL_RULE);
	printf("lost %u\nend\n", get_status().lost - lost);
	return 0;
}
