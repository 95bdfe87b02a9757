package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// memory measures what a command charges to the container's cgroup.
func (w *world) memory(b *testing.B) {
	s := w.add("Memory charged to the container's cgroup by exec true", "", "KiB")
	dir := "/sys/fs/cgroup/memory" + w.plain.Cgroup()
	usage, peak, limit := "memory.usage_in_bytes", "memory.max_usage_in_bytes", "memory.limit_in_bytes"
	if _, err := os.Stat(dir); err != nil {
		dir, usage, peak, limit = "/sys/fs/cgroup"+w.plain.Cgroup(), "memory.current", "memory.peak", "memory.max"
	}
	read := func(name string) int {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	for _, t := range []tool{w.exec(w.plain.ID), runc("runc 1.5.2 exec", w.newest, "/run/containerd/runc/default", w.plain.ID)} {
		before := read(usage)
		if err := os.WriteFile(filepath.Join(dir, peak), []byte("0"), 0); err != nil {
			s.note("%s: the kernel does not forget a peak: %v", t.name, err)
			continue
		}
		if _, err := run(t.args); err != nil {
			b.Fatal(err)
		}
		s.row(t.name, strconv.Itoa((read(peak)-before)/1024))
	}
	before, err := os.ReadFile(filepath.Join(dir, limit))
	if err != nil {
		b.Fatal(err)
	}
	left := strconv.Itoa(read(usage) + 4<<20)
	if err := os.WriteFile(filepath.Join(dir, limit), []byte(left), 0); err != nil {
		b.Fatal(err)
	}
	_, err = run(w.exec(w.plain.ID).args)
	s.note("With 4 MiB left to the container: %s.", map[bool]string{true: "sidestep enters it", false: fmt.Sprint("sidestep fails: ", err)}[err == nil])
	if err := os.WriteFile(filepath.Join(dir, limit), before, 0); err != nil && !strings.HasPrefix(string(before), "9223372036854771712") {
		b.Fatal(err)
	} else if err != nil {
		_ = os.WriteFile(filepath.Join(dir, limit), []byte("-1"), 0)
	}
}

// bulk measures data from stdin to stdout, through the caller's own pipes: no
// program stands between. What differs is the scheduling of a session and of a
// cgroup of its own, into which nsenter goes only when it is told to.
func (w *world) bulk(b *testing.B) {
	size, rounds := 1024, 40 // from run to run it differs by half
	if *quick {
		size, rounds = 256, 3
	}
	s := w.add(fmt.Sprintf("%d MiB from stdin to stdout, through pipes", size), "", "median, MiB/s", "× the first")
	lines := []tool{
		{"nsenter -a cat", []string{"nsenter", "-t", strconv.Itoa(w.plain.PID), "-a", "cat"}},
		{"nsenter -a cat, in a session of its own", []string{"setsid", "--wait", "nsenter", "-t", strconv.Itoa(w.plain.PID), "-a", "cat"}},
		{"nsenter -a cat, in the container's cgroups", []string{"sh", "-c", "'" + w.joining(b) + "exec nsenter -t " + strconv.Itoa(w.plain.PID) + " -a cat'"}},
		{"sidestep exec -i --no-cgroup cat", []string{w.sidestep, "exec", "-i", "--no-cgroup", w.plain.ID, "cat"}},
		{"sidestep exec -i cat", []string{w.sidestep, "exec", "-i", w.plain.ID, "cat"}},
		{"runc 1.5.2 exec cat", []string{w.newest, "--root", "/run/containerd/runc/default", "exec", w.plain.ID, "cat"}},
	}
	took := rates(b, s, rounds, size, lines, func(t tool) string {
		return fmt.Sprintf("head -c %dM /dev/zero | %s | cat >/dev/null", size, strings.Join(t.args, " "))
	})
	// sched(7): The autogroup feature; cgroups(7): cpu.
	s.note("The kernel schedules by sessions and by cgroups: a cat in another one than its neighbours passes less. "+
		"sidestep, which gives a command both as runc does, passes %s × as much as nsenter in a session of its own when it leaves it in the caller's cgroups, "+
		"and %s × as much as nsenter in the container's cgroups.", times(ratio(took[1], took[3])), times(ratio(took[2], took[4])))
}

// joining returns lines of shell that go into the plain container's cgroups.
func (w *world) joining(b *testing.B) string {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", w.plain.PID))
	if err != nil {
		b.Fatal(err)
	}
	var lines strings.Builder
	for line := range strings.Lines(string(data)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		name, _, _ := strings.Cut(strings.TrimPrefix(parts[1], "name="), ",")
		for _, dir := range []string{name, "unified", ""} {
			procs := filepath.Join("/sys/fs/cgroup", dir, parts[2], "cgroup.procs")
			if _, err := os.Stat(procs); err == nil && parts[2] != "/" {
				fmt.Fprintf(&lines, "echo $$ >%s; ", procs)
				break
			}
		}
	}
	return lines.String()
}

// rates measures lines of shell that carry data, and returns how long each took.
func rates(b *testing.B, s *section, rounds, size int, tools []tool, line func(tool) string) [][]time.Duration {
	b.Helper()
	took := make([][]time.Duration, len(tools))
	for range rounds {
		for i, t := range tools {
			d, err := through(line(t))
			if err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], d)
		}
	}
	for i, t := range tools {
		s.row(t.name, fmt.Sprintf("%.0f", float64(size)/median(took[i]).Seconds()), times(1/ratio(took[i], took[0])))
	}
	return took
}

// terminal measures the output of a command on a terminal.
func (w *world) terminal(b *testing.B, d *testbed.Docker, id, address string) {
	size := 64
	if *quick {
		size = 16
	}
	s := w.add(fmt.Sprintf("%d MiB of output through a terminal", size), "", "median, MiB/s", "× the first")
	command := []string{"head", "-c", fmt.Sprint(size << 20), "/dev/zero"}
	rates(b, s, 3, size, []tool{
		{"docker exec -t", d.Command(append([]string{"exec", "-t", id}, command...)...).Args},
		{"sidestep exec -t", append([]string{w.sidestep, "--address", address, "exec", "-t", id}, command...)},
	}, func(t tool) string { return strings.Join(t.args, " ") + " >/dev/null" })
}

// many measures commands that are started at the same time.
func (w *world) many(b *testing.B) {
	s := w.add("Many at once: exec true", "at once", "sidestep: succeeded", "a second", "runc 1.5.2: succeeded", "a second", "sidestep ÷ runc")
	counts := []int{1, 10, 100, 200}
	if *quick {
		counts = counts[:3]
	}
	for _, n := range counts {
		var rate [2][]time.Duration
		var succeeded [2]int
		for range 3 {
			for i, t := range []tool{w.exec(w.plain.ID), runc("", w.newest, "/run/containerd/runc/default", w.plain.ID)} {
				ok, took := atOnce(n, t.args)
				succeeded[i] += ok
				rate[i] = append(rate[i], took)
			}
		}
		second := func(i int) float64 { return float64(n) / median(rate[i]).Seconds() }
		of := func(i int) string { return fmt.Sprintf("%d of %d", succeeded[i], 3*n) }
		s.row(strconv.Itoa(n), of(0), fmt.Sprintf("%.0f", second(0)), of(1), fmt.Sprintf("%.0f", second(1)), times(second(0)/second(1)))
	}
}

// stuckShims measures ps when shims do not answer.
func (w *world) stuckShims(b *testing.B) {
	n := 200
	if *quick {
		n = 20
	}
	bed := testbed.Start(b, testbed.Debian())
	rootfs := bed.Rootfs(b)
	var all []*testbed.Container
	for range n {
		all = append(all, bed.Run(b, testbed.Container{Rootfs: rootfs}))
	}
	ps := tool{"ps", []string{w.sidestep, "--address", bed.Address, "ps"}}
	s := w.add(fmt.Sprintf("ps of %d running containers", n), "", "median, ms")
	row := func(name string) {
		results := contest(b, 5, []tool{ps})
		s.row(name, ms(median(results[0].wall)))
	}
	row("all shims answer")
	for _, c := range all[:3] {
		shim := c.ShimPID(b)
		process, err := os.FindProcess(shim)
		if err != nil {
			b.Fatal(err)
		}
		if err := process.Signal(stop); err != nil {
			b.Fatal(err)
		}
		defer process.Signal(resume) //nolint:errcheck // the bed ends it
	}
	row("3 shims are stopped")
}
