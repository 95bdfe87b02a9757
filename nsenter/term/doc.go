// Package term asks and changes the terminals of the two ends of a session:
// the caller's, which is put into raw mode and back, and the command's, which
// is given the caller's size.
//
// No function here changes whether reads of the file block, as os.File.Fd
// would: the caller's terminal is shared with the caller's shell.
package term
