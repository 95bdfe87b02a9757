// Package stage runs a list of system calls in a process that holds nothing
// of the host: no Go runtime, no memory of sidestep, no binary on disk.
//
// A Program is that list. Each Call says which system call to make, with
// which arguments, and which call comes next after a negative, a zero and a
// positive result; by default a negative result ends the program with a
// Record that names the call. WriteImage puts the program, the strings and
// arrays that it points to, and a loop of some forty machine instructions
// that performs it into an ELF image of a few kilobytes. Sealed in a memfd
// and executed by an ordinary fork and exec, the image enters a container by
// itself.
//
// The loop (interpreter_*.s) is all the code that runs in the container. All
// decisions are made before, in Go; there is no message to parse and so none to forge:
// the arguments and the environment of the container's command are laid out
// in the image as execve(2) takes them.
package stage
