// Package entry turns a plan into the system calls that a process makes on
// its way into a container: a stage.Program.
//
// The order matters, and follows two rules. What needs the host comes before
// the join, what needs privilege before its loss (runc's order,
// libcontainer/setns_init_linux.go). And the process is put into the
// container's PID namespace, where the container's own processes can see it
// and may trace it, last of all: when it has nothing left that they do not
// have themselves (CVE-2016-9962).
//
//  1. close what is not needed, become undumpable, leave the caller's session,
//     reset signals, set limits, join the cgroups of version 1
//  2. join all namespaces by one setns(2) of init's pidfd
//  3. umask, directory, no_new_privs, capability bounds, groups, IDs
//  4. seccomp filters, unless no_new_privs lets them wait; capabilities
//  5. say Ready, and wait: the caller looks at the process from outside,
//     puts it into the cgroups that are left, and lets it go on
//  6. fork into the PID namespace; the fork says Born, its parent ends
//  7. a session, the terminal, the search for the command, the filters, execve(2)
//
// One case bends the second rule, as runc always does: filters that need
// CAP_SYS_ADMIN and deny the steps 6 and 7 are installed after the session is
// started (MustWait). The process is undumpable then, and a container with
// CAP_SYS_PTRACE in its PID namespace, to which that is no obstacle, is not
// entered.
//
// A filter that asks a supervisor is installed with a listener. The process says
// Listener right after, and waits until the caller has taken it. The supervisor
// gets it when it is known which process it is for: after step 6.
//
// The caller's death ends the process in each step: a read of the control
// socket finds it closed, and the parent's death signal is set.
package entry
