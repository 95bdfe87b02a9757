package differential

import (
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// inits are processes that are not what their container is: commands that are
// started later get what the spec says, and not what init has become.
func inits() []variant {
	init := func(what string, args ...string) variant {
		return variant{what: what, host: true, spec: func(s *specs.Spec, _ *world) { s.Process.Args = args }}
	}
	powerful := func(v variant) variant {
		change := v.spec
		v.spec = func(s *specs.Spec, w *world) {
			change(s, w)
			c := s.Process.Capabilities
			if c == nil {
				return
			}
			admin := []string{"CAP_SYS_ADMIN"}
			c.Bounding, c.Effective, c.Permitted = slices.Concat(c.Bounding, admin), slices.Concat(c.Effective, admin), slices.Concat(c.Permitted, admin)
		}
		return v
	}
	sleep := []string{"/bin/sleep", "86400"}
	filtered := init("init with a filter of its own", "/confined")
	both := init("init with a filter besides the container's", "/confined")
	both.spec = func(s *specs.Spec, w *world) {
		s.Process.Args = []string{"/confined"}
		s.Linux.Seccomp = w.profile
	}
	hostNet := powerful(init("init that left the host's net", slices.Concat([]string{"/bin/unshare", "-n"}, sleep)...))
	change := hostNet.spec
	hostNet.spec = func(s *specs.Spec, w *world) {
		change(s, w)
		hostOrShared("net", specs.NetworkNamespace, "net")[0].spec(s, w)
	}
	return []variant{
		filtered, both, hostNet,
		init("init in a chroot", slices.Concat([]string{"/bin/chroot", "/jail"}, sleep)...),
		init("init in a user namespace of its own", slices.Concat([]string{"/bin/unshare", "-U", "-r"}, sleep)...),
		powerful(init("init with other namespaces", slices.Concat([]string{"/bin/unshare", "-m", "-u", "-i", "-n"}, sleep)...)),
		init("init of another user", "/bin/setpriv", "--nnp", "/bin/su", "-s", "/bin/sh", "dev", "-c", "exec sleep 86400"),
		init("init with another umask and limits", "/bin/sh", "-c", "umask 0; ulimit -n 100; ulimit -c 0; cd /desk; exec /bin/sleep 86400"),
	}
}
