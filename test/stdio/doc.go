// Package stdio tests what goes into a command and what comes out of it:
// streams, exit codes and signals.
package stdio
