// Package relay stands between the caller's stdin, stdout and stderr and
// those of a command in a container.
//
// A container must hold neither the caller's terminal, into which it could
// push input (TIOCSTI), nor any inode of the host that it could open anew by
// /proc/self/fd, such as a directory or a device, /dev/null included. So each
// stream goes one of two ways:
//
//   - a regular file, a pipe or a socket is handed to the command itself: no
//     byte passes through this process;
//   - for anything else the command gets a pipe, and what passes through it
//     is copied here.
//
// With a terminal of its own the command gets none of the caller's files:
// AttachTerminal copies between them and the terminal's master.
//
// What the command wrote before it exited is always delivered. What others
// that it left behind write afterwards is not waited for: they get SIGPIPE,
// or SIGHUP with a terminal.
package relay
