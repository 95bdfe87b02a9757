package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// limitNames are those of getrlimit(2).
var limitNames = strings.Fields(`RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_LOCKS RLIMIT_MEMLOCK
	RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING
	RLIMIT_STACK`)

// limits decides the resource limits, the OOM score and the umask.
func (p *Plan) limits(f Facts, process *specs.Process) error {
	for _, r := range process.Rlimits {
		if !slices.Contains(limitNames, r.Type) {
			return fmt.Errorf("unknown resource limit %q", r.Type)
		}
		p.Rlimits = append(p.Rlimits, Rlimit{Name: r.Type, Soft: r.Soft, Hard: r.Hard})
	}
	p.OOMScoreAdj = process.OOMScoreAdj
	if p.OOMScoreAdj == nil && f.OOMScoreAdj > f.CallerOOMScoreAdj {
		// What a shim gives to all that it starts. The caller's may be lower,
		// but a container must not be spared for that.
		p.OOMScoreAdj = &f.OOMScoreAdj
	}
	if process.User.Umask != nil {
		p.Umask = *process.User.Umask
	}
	return nil
}
