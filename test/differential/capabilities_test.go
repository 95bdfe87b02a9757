package differential

import (
	"os"
	"strconv"
	"strings"
)

// ours returns the capabilities that this process can give: a container that
// has all has these.
func ours() []string {
	names := strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
		NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE
		SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM
		BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`)
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(status), "CapBnd:\t")
	set, _ := strconv.ParseUint(after[:16], 16, 64)
	var list []string
	for i, name := range names {
		if set&(1<<i) != 0 {
			list = append(list, "CAP_"+name)
		}
	}
	return list
}
