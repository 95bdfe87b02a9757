// Package doctor looks at every link of the chain of programs, files and kernel
// objects that a container depends on, and says which is broken.
//
// Nothing that is broken may keep it from its report: each look has a deadline
// of its own, those that do not depend on each other are made at the same time,
// and one that the kernel does not come back from is left behind. What was seen
// is judged by package health; nothing here decides.
//
// It only looks. The one program that it runs is the OCI runtime, with
// --version, as the shim would find it.
package doctor
