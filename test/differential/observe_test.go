package differential

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// fields is what was found of a process, by the name of the field.
type fields map[string]string

// observe returns what the host's /proc and system calls tell of a process.
func observe(pid int) fields {
	f := fields{}
	p := process{pid: pid, dir: fmt.Sprintf("/proc/%d", pid), fields: f}
	p.status()
	p.stat()
	p.wholeFiles()
	p.lines("limits", regexp.MustCompile(`^(.*?)  +(.*)$`))
	p.lines("cgroup", regexp.MustCompile(`^(\d+:[^:]*):(.*)$`))
	p.links("ns")
	p.places()
	p.descriptors()
	p.auxiliary()
	p.scheduling()
	p.filters()
	return f
}

type process struct {
	pid    int
	dir    string
	fields fields
}

func (p process) read(name string) string {
	data, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(string(data), "\n")
}

// ignored are the lines of /proc/PID/status that are numbers of processes,
// counters or sizes. FDSize is that of the kernel's table of descriptors, of
// which those that were open before leave their trace.
var ignored = regexp.MustCompile(`^(Pid|Tgid|PPid|Ngid|NSpid|NStgid|NSpgid|NSsid|FDSize|Vm.*|Rss.*|HugetlbPages|State|(non)?voluntary_ctxt_switches)$`)

func (p process) status() {
	for line := range strings.Lines(p.read("status")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case name == "NSpid": // how deep it is
			p.fields["status NSpid's length"] = fmt.Sprint(len(strings.Fields(value)))
		case name == "SigQ": // the limit, not what the user has of it
			_, limit, _ := strings.Cut(value, "/")
			p.fields["status SigQ's limit"] = limit
		case !ignored.MatchString(name):
			p.fields["status "+name] = value
		}
	}
}

// usedPrivilege is PF_SUPERPRIV of linux/sched.h: whether the process has used
// a privilege since its last fork, for process accounting. It counts.
const usedPrivilege = 0x100

// stat reads what only /proc/PID/stat tells, see proc_pid_stat(5).
func (p process) stat() {
	text := p.read("stat")
	columns := append(make([]string, 3), strings.Fields(text[strings.LastIndexByte(text, ')')+1:])...)
	own := func(column int) string {
		if columns[column] == fmt.Sprint(p.pid) {
			return "its own"
		}
		return columns[column]
	}
	p.fields["stat process group"] = own(5)
	p.fields["stat session"] = own(6)
	p.fields["stat terminal"] = columns[7]
	p.fields["stat foreground group"] = own(8)
	flags, _ := strconv.ParseUint(columns[9], 10, 64)
	p.fields["stat flags"] = fmt.Sprintf("%#x", flags&^usedPrivilege)
	for name, column := range map[string]int{"priority": 18, "nice": 19, "exit signal": 38, "realtime priority": 40, "policy": 41} {
		p.fields["stat "+name] = columns[column]
	}
}

func (p process) wholeFiles() {
	for _, name := range []string{"mountinfo", "environ", "cmdline", "comm", "oom_score_adj", "oom_adj", "coredump_filter",
		"timerslack_ns", "loginuid", "sessionid", "personality", "uid_map", "gid_map", "projid_map", "setgroups", "timens_offsets",
		"cpuset", "attr/current", "attr/exec", "attr/fscreate", "attr/keycreate", "attr/prev", "attr/sockcreate",
		"attr/apparmor/current", "attr/apparmor/exec", "attr/smack/current"} {
		p.fields[name] = strings.ReplaceAll(p.read(name), fmt.Sprint("/proc/", p.pid), "/proc/PID")
	}
	p.fields["autogroup"] = regexp.MustCompile(`^/autogroup-\d+`).ReplaceAllString(p.read("autogroup"), "/autogroup-N")
	if info, err := os.Stat(p.dir); err == nil { // root's unless the process may be dumped
		st := info.Sys().(*syscall.Stat_t)
		p.fields["owner of /proc/PID"] = fmt.Sprint(st.Uid, st.Gid)
	}
}

func (p process) lines(name string, pattern *regexp.Regexp) {
	for line := range strings.Lines(p.read(name)) {
		if match := pattern.FindStringSubmatch(strings.TrimSpace(line)); match != nil {
			p.fields[name+" "+match[1]] = match[2]
		}
	}
}
