// Package proc pins a process and reads what /proc says of it.
//
// A PID is a number that the kernel uses again. Pin therefore takes hold of
// the process itself, by a pidfd and by a descriptor of its /proc directory,
// and everything else is read relative to that directory: once the process is
// reaped, each read fails and none can answer for another process that got
// the same number. Requires at least Linux 5.8.
//
// What the files of /proc say of a container's processes is partly written by
// the container; the parsers return errors and never panic.
package proc
