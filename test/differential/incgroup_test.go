package differential

import (
	"os"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDevices: the cgroup denies the devices that the container may not use,
// to whoever is in it: by the devices controller of v1, or by an eBPF program
// of v2. The command has CAP_MKNOD: nothing else would.
func TestDevices(t *testing.T) {
	s := newSetting(t)
	c := s.run(t, func(spec *specs.Spec) {
		spec.Linux.Resources = &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}}}
	})
	for _, tl := range []tool{s.runc, s.sidestep} {
		testbed.Equal(t, tl.name, s.says(t, tl, c, plainly, "sh", "-c", "rm -f /dev/messages; mknod /dev/messages c 1 11; : >/dev/messages"),
			"1 sh: can't create /dev/messages: Operation not permitted\n")
		testbed.Equal(t, tl.name+", a device that is allowed", s.says(t, tl, c, plainly, "sh", "-c", ": >/dev/null"), "0 ")
	}
	testbed.Equal(t, "outside the cgroup", s.says(t, s.sidestep, c, same("", "--no-cgroup"), "sh", "-c", ": >/dev/messages"), "0 ")
}

// TestPaused: runc and sidestep refuse a paused container; with
// --ignore-paused both start the command, which runs from the thaw on. On a
// v1 freezer a container with a filter is no such one: its init does not stop
// for ptrace(2). There, it takes --no-seccomp.
func TestPaused(t *testing.T) {
	s := newSetting(t)
	for what, spec := range map[string]func(*specs.Spec){
		"plain":         func(*specs.Spec) {},
		"with a filter": func(spec *specs.Spec) { spec.Linux.Seccomp = arguments() },
	} {
		t.Run(what, func(t *testing.T) {
			c := s.run(t, spec)
			c.Ctr(t, "task", "pause", c.ID)
			for _, tl := range []tool{s.runc, s.sidestep} {
				if p := s.start(t, tl, c, plainly, "true"); p.end(t) == 0 {
					t.Errorf("%s starts a command in a paused container", tl.name)
				}
			}
			list := []string{"--ignore-paused", "--ignore-paused --no-seccomp"}
			if what != "plain" && !unified() {
				p := s.start(t, s.sidestep, c, same("", list[0]), "true")
				testbed.ExpectFailure(t, testbed.Result{Code: p.end(t), Stderr: p.streams.err.String()}, 125, "it did not stop", "--no-seccomp")
				testbed.Equal(t, "out of the cgroup", s.says(t, s.sidestep, c, same("", "--no-cgroup --no-seccomp"), "true"), without(what))
				list = list[1:]
			}
			for _, flags := range list {
				p := s.start(t, s.sidestep, c, same("", flags), "true")
				select {
				case <-p.ended:
					t.Errorf("%s: ended before the thaw: %s", flags, p.streams.stderr())
				case <-time.After(300 * time.Millisecond):
				}
				c.Ctr(t, "task", "resume", c.ID)
				testbed.Equal(t, flags+": exit code", p.end(t), 0)
				c.Ctr(t, "task", "pause", c.ID)
			}
			c.Ctr(t, "task", "resume", c.ID)
			c.remove(t)
		})
	}
}

// without is what a command without output says, that runs without a filter.
func without(what string) string {
	if what == "plain" {
		return "0 "
	}
	return "0 sidestep: the command runs without the container's seccomp filters\n"
}

// unified reports whether there is cgroup v2 alone.
func unified() bool {
	_, err := os.Stat("/sys/fs/cgroup/cgroup.procs")
	return err == nil
}

// run runs a container of the test bed's spec with a change, made by the newest
// runc.
func (s *setting) run(t *testing.T, change func(*specs.Spec)) *subject {
	t.Helper()
	c := &subject{}
	c.Container = s.bed.Run(t, testbed.Container{Flags: []string{"--runc-binary", s.newest}, Spec: func(spec *specs.Spec) {
		change(spec)
		c.spec = spec
	}})
	return c
}
