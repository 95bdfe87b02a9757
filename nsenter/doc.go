// Package nsenter starts a process in the namespaces, the cgroups and the
// confinement of another one, without the help of a container runtime.
//
// It knows processes, not containers: its caller pins the init of a container
// (package proc), Prepare reads what the kernel says of it and decides
// (package plan), and Start carries the plan out.
//
// # The form of the executor
//
// What enters the container is not sidestep. Start compiles the plan into a
// list of system calls and puts it, with a loop of some forty instructions
// that performs it, into a static ELF image of a few kilobytes (package
// internal/stage), writes that into a sealed memfd, and lets a new process execute
// it like any other program. That was chosen over the other forms because:
//
//   - A forked copy of a Go process shows the container, in /proc/PID/exe, the
//     binary of sidestep, which a container's root may overwrite when it gets
//     sidestep to execute `#!/proc/self/exe` (CVE-2019-5736). Sealing a copy of
//     a binary of ten megabytes costs four times what nsenter(1) takes in all,
//     and a read-only bind mount of it shares the page cache with the file on
//     disk. The image is sealed, is not on any disk, and is small enough to be
//     written anew for each command.
//   - A child that shares memory with sidestep (vfork) must not be seen by a
//     container that may trace it. Here it shares memory only up to its
//     execve(2), in the PID namespace of the host.
//   - A re-executed Go program costs its start-up again, is multi-threaded,
//     which setns(2) of user, mount and time namespaces does not allow, changes
//     RLIMIT_NOFILE, and charges megabytes to the memory cgroup of the container.
//   - There is no message to the process that could be forged or misparsed
//     (CVE-2021-43784): arguments and environment lie in the image as execve(2)
//     takes them.
//   - An error is a record of sixteen bytes that names the system call and its
//     errno; success is the end of the control socket at execve(2).
//
// The price is two short assembly files, one for each architecture.
//
// # What is checked
//
// Before the process is let into the PID namespace of the container, Start
// compares from outside, in the host's /proc, each namespace by device and
// inode and the IDs, groups, capability sets, no_new_privs and seccomp mode of
// the process with the plan, moves the process into the cgroups, reads back
// that it is there, and makes sure that init still lives. A difference fails
// the command. So does every step that fails; nothing is tried twice with less.
//
// Requires at least Linux 5.9 (close_range(2)).
package nsenter
