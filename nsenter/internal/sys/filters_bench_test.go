package sys

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFilters measures what a command's seccomp filter costs: the copy of
// init's, or the compilation of containerd's default profile (of 2.4.2) by
// libseccomp, as runc does it for each command. As root, with gcc and Debian's
// libseccomp-dev:
//
//	go test -run '^$' -bench Filters ./nsenter/internal/sys
//
// That both decide alike is shown by test/differential, for each profile of its
// matrix and every system call.
func BenchmarkFilters(b *testing.B) {
	program := filepath.Join(b.TempDir(), "compile")
	if out, err := exec.Command("gcc", "-O2", "-Wall", "-o", program, "testdata/compile.c", "-lseccomp").CombinedOutput(); err != nil {
		b.Fatalf("gcc: %v: %s", err, out)
	}
	rules := rulesOf(b, "testdata/profile.json")
	for _, state := range []string{"asleep", "busy"} {
		b.Run("copied from an init that is "+state, func(b *testing.B) { benchmarkCopy(b, program, state, rules) })
	}
	b.Run("compiled by libseccomp", func(b *testing.B) {
		cmd := exec.Command(program, strconv.Itoa(b.N))
		cmd.Stdin = strings.NewReader(rules)
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		took, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(took, "ns/op") // without the start of the program
	})
}

func benchmarkCopy(b *testing.B, program, state, rules string) {
	runtime.LockOSThread() // the death signal is the thread's
	defer runtime.UnlockOSThread()
	cmd := exec.Command(program, state)
	cmd.Stdin = strings.NewReader(rules)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "in force\n" {
		b.Fatalf("the filter is not in force: %q, %v", line, err)
	}
	time.Sleep(10 * time.Millisecond) // until it sleeps
	instructions := 0
	b.ResetTimer()
	for range b.N {
		filters, err := CopyFilters(b.Context(), cmd.Process.Pid, time.Second)
		if err != nil || len(filters) != 1 {
			b.Fatalf("%d filters, %v", len(filters), err)
		}
		instructions = len(filters[0].Instructions)
	}
	b.ReportMetric(float64(instructions), "instructions")
}

// rulesOf writes a profile as testdata/compile.c takes it, with the numbers of
// seccomp.h.
func rulesOf(b *testing.B, file string) string {
	b.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var profile struct {
		DefaultAction string
		Syscalls      []struct {
			Names  []string
			Action string
			Args   []struct {
				Index, Value, ValueTwo uint64
				Op                     string
			}
		}
	}
	if err := json.Unmarshal(data, &profile); err != nil {
		b.Fatal(err)
	}
	actions := map[string]uint32{"SCMP_ACT_ALLOW": 0x7fff0000, "SCMP_ACT_ERRNO": 0x00050001}
	operators := map[string]int{"SCMP_CMP_NE": 1, "SCMP_CMP_LT": 2, "SCMP_CMP_LE": 3, "SCMP_CMP_EQ": 4, "SCMP_CMP_GE": 5, "SCMP_CMP_GT": 6, "SCMP_CMP_MASKED_EQ": 7}
	var rules strings.Builder
	fmt.Fprintf(&rules, "%d default\n", actions[profile.DefaultAction])
	for _, call := range profile.Syscalls {
		if call.Action == profile.DefaultAction {
			continue
		}
		for _, name := range call.Names {
			fmt.Fprintf(&rules, "%d %s", actions[call.Action], name)
			for _, arg := range call.Args {
				fmt.Fprintf(&rules, " %d %d %d %d", arg.Index, operators[arg.Op], arg.Value, arg.ValueTwo)
			}
			rules.WriteByte('\n')
		}
	}
	return rules.String()
}
