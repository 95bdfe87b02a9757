// Package catch catches signals with a handler that only writes to a pipe (the
// self-pipe trick, see signal-safety(7)).
//
// os/signal does the same by a thread whose mask it changes: each signal costs two
// changes of thread before it is caught, and eight of them as long as entering a
// container. The handler is six machine instructions
// (nsenter/internal/sys/handler_*.s), and to set it one system call for each
// signal. A signal that is caught here does not come to os/signal any more.
package catch
