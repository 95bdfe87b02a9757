// Package errors tests what sidestep says when it cannot do what it was asked:
// its exit code, one line with the error and one with what to do next, and
// that nothing was started.
package errors
