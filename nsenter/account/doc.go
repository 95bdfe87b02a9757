// Package account reads a container's user and group files from outside.
//
// The files are the container's to write. They are opened inside its root
// only (openat2(2), Linux 5.6), must be regular files of at most 10 MiB, and
// are parsed by this package alone: no NSS module, and no library of the
// container, takes part. A number is always an ID and never a name, whatever
// the files hold, and one that does not fit 32 bits is an error
// (CVE-2024-40635, CVE-2026-46680).
package account
