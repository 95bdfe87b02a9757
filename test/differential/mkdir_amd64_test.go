package differential

import "golang.org/x/sys/unix"

const sysMkdir = unix.SYS_MKDIR
