// Package plan decides how a process enters a container, and does nothing.
//
// Decide is a pure function of the facts read from /proc, the container's OCI
// runtime spec and what the user asked. Its result, a Plan, is complete: what
// performs it makes no further choice, and Lines says it in words.
//
// The rule is that the process is what `runc exec` would have started; more
// privilege than that is only ever asked for by name.
package plan
