// Package plugin is sidestep's command line. It is the one place where the
// resolver and the executor meet, and the only one that prints.
//
// Commands returns the commands for any application of urfave/cli v2. They
// read the global flags --address, --namespace, --timeout, --connect-timeout,
// --source and --debug wherever the application defines them, as ctr does most
// of them, and parse their own flags themselves, so that the application's
// settings do not change what they mean.
//
// The errors that the commands return are cli.ExitCoders. Their text is what
// the user is to see, complete; it is empty for the exit code of a command
// that ran.
//
// # Exit codes
//
// The command's own; 128+n when signal n killed it; 125 when sidestep failed;
// 126 when the command was found and could not be executed; 127 when it was
// not found.
package plugin
