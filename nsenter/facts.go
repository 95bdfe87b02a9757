package nsenter

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/account"
	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// accounts reads the container's users and, where a user is named, its groups. A
// container without these files has none.
func accounts(target *proc.Process, own string, groups bool) (account.Files, error) {
	files := []string{"etc/passwd"}
	if groups {
		files = append(files, "etc/group")
	}
	texts, err := glance(target, own, files)
	if errors.Is(err, errDoubt) {
		texts, err = contents(target, files)
	}
	if err != nil {
		return account.Files{}, err
	}
	return account.New(texts[0], strings.Join(texts[1:], "")), nil
}

// contents reads files of the container. One that is not there is empty.
func contents(target *proc.Process, files []string) ([]string, error) {
	var looks []entry.Look
	for _, path := range files {
		looks = append(looks, entry.Look{Path: path, Flags: sys.ReadFlags, Copy: true})
	}
	s, err := lookFor(target, looks...)
	if err != nil {
		return nil, err
	}
	defer s.close()
	texts := make([]string, len(files))
	for i, path := range files {
		found, err := s.found()
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = found.Regular()
		}
		if err == nil {
			texts[i], err = s.content()
		}
		if err != nil {
			return nil, fmt.Errorf("read the container's /%s: %w", path, err)
		}
	}
	return texts, nil
}

// environ returns init's environment. Init can write it as it likes.
func environ(target *proc.Process) ([]string, error) {
	data, err := target.ReadFile("environ")
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == 0 }), nil
}

func oomScoreAdj(process *proc.Process) (int, error) {
	data, err := process.ReadFile("oom_score_adj")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(data)))
}

// hasKeyrings reports whether the kernel has keyrings (keyrings(7)).
func hasKeyrings() (bool, error) {
	_, err := os.Stat("/proc/keys")
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// labels returns the labels that confine the process. AppArmor has files of
// its own since Linux 5.8; what attr/current says without them is SELinux's
// when it has the form of a context.
func labels(target *proc.Process) (plan.Labels, error) {
	profile, err := attribute(target, "attr/apparmor/current")
	if err != nil {
		return plan.Labels{}, err
	}
	if profile != "" {
		profile, _, _ = strings.Cut(profile, " (") // "docker-default (enforce)"
		return plan.Labels{AppArmor: profile}, nil
	}
	context, err := attribute(target, "attr/current")
	if err != nil || strings.Count(context, ":") < 3 {
		return plan.Labels{}, err
	}
	return plan.Labels{SELinux: context}, nil
}

// attribute returns what a security module says of a process, or "" when the
// module is not there (ENOENT, EINVAL).
func attribute(process *proc.Process, name string) (string, error) {
	data, err := process.ReadFile(name)
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return strings.TrimRight(string(data), "\x00\n"), err
}
