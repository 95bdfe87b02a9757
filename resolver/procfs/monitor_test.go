package procfs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const bundleDir = "/run/containerd/io.containerd.runtime.v2.task/default/web"

func TestParseMonitor(t *testing.T) {
	conmon, err := os.ReadFile(filepath.Join("testdata", "conmon"))
	if err != nil {
		t.Fatal(err)
	}
	crio := "conmon -b /run/containers/storage/overlay-containers/0b3d/userdata -c 0b3d --exit-dir /var/run/crio/exits -l /x.log " +
		"--log-level info -n k8s_app_cart-1_shop_7ee76d9d_0 -P /conmon.pid -p /run/pidfile -r /usr/libexec/crio/crun " +
		"--runtime-arg --root=/run/crun --socket-dir-path /var/run/crio -u 0b3d -s"
	tests := []struct {
		name, comm, args, cwd string
		want                  Monitor
	}{
		{"a shim", "containerd-shim", "/usr/bin/containerd-shim-runc-v2 -namespace default -id web -address /run/c.sock", bundleDir,
			Monitor{Namespace: "default", ID: "web", Address: "/run/c.sock", Bundle: bundleDir}},
		{"with more flags", "containerd-shim", "shim -debug -namespace=k8s.io --id a -address unix:///c.sock -publish-binary /b", bundleDir,
			Monitor{Namespace: "k8s.io", ID: "a", Address: "/c.sock", Bundle: bundleDir}},
		{"conmon of Podman", "conmon", strings.TrimSpace(string(conmon)), "/", Monitor{
			ID: "edfa13", Bundle: "/var/lib/containers/storage/overlay-containers/edfa13/userdata",
			PIDFile: "/run/containers/storage/overlay-containers/edfa13/userdata/pidfile", Name: "web",
		}},
		{"conmon of CRI-O", "conmon", crio, "/", Monitor{
			ID: "0b3d", Bundle: "/run/containers/storage/overlay-containers/0b3d/userdata", PIDFile: "/run/pidfile",
			Name: "k8s_app_cart-1_shop_7ee76d9d_0", Root: "/run/crun",
		}},
		{"that starts another", "containerd-shim", "shim -namespace default -id web -address /c.sock start", bundleDir, Monitor{}},
		{"that cleans up", "containerd-shim", "shim -namespace default -id web -address /c.sock -bundle /b delete", bundleDir, Monitor{}},
		{"without an ID", "containerd-shim", "shim -namespace default -id -address /c.sock", bundleDir, Monitor{}},
		{"without a directory", "containerd-shim", "shim -namespace default -id web -address /c.sock", "", Monitor{}},
		{"conmon of a podman exec", "conmon", "conmon -c edfa13 -u 77aa -r /usr/bin/runc -b /s/edfa13/userdata/77aa -p /s/77aa/exec_pid -n web " +
			"--full-attach -s -e --exec-attach --exec-process-spec /s/77aa/exec-process-1", "/", Monitor{}},
		{"conmon without a bundle", "conmon", "conmon -c x -b relative", "/", Monitor{}},
		{"conmon --version", "conmon", "conmon --version", "/", Monitor{}},
		{"something else", "sleep", "containerd-shim -namespace default -id web", bundleDir, Monitor{}},
		{"nothing", "conmon", "", "/", Monitor{}},
	}
	for _, test := range tests {
		got, ok := parseMonitor(test.comm, strings.Split(test.args, " "), test.cwd)
		if got != test.want || ok != (test.want != Monitor{}) || ok && got.Shim() != (got.Namespace != "") {
			t.Errorf("%s: %+v, %t", test.name, got, ok)
		}
	}
}

func TestRuntimeRoot(t *testing.T) {
	for args, want := range map[string]string{
		"conmon --runtime-arg --root --runtime-arg /r":   "/r",
		"conmon --runtime-arg=--root=/r --runtime-arg=x": "/r",
		"conmon --runtime-arg --root":                    "",
		"conmon --root=/r --exit-command-arg --root=/x":  "",
		"conmon --runtime-arg":                           "",
	} {
		if got := runtimeRoot(strings.Fields(args)); got != want {
			t.Errorf("%s: %q", args, got)
		}
	}
}

func FuzzMonitor(f *testing.F) {
	f.Add("containerd-shim", "shim\x00-namespace\x00default\x00-id\x00web", bundleDir)
	f.Add("conmon", "conmon\x00-c\x00a\x00-b\x00/b\x00--runtime-arg\x00--root=/r", "/")
	f.Fuzz(func(t *testing.T, comm, args, cwd string) {
		m, ok := parseMonitor(comm, strings.Split(args, "\x00"), cwd)
		if ok && (m.ID == "" || !filepath.IsAbs(m.Bundle) || m.PIDFile != "" && !filepath.IsAbs(m.PIDFile)) {
			t.Errorf("%q: %+v", args, m)
		}
	})
}
