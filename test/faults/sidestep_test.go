package faults

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// columns are those of the table.
var columns = []string{"exec", "pid", "ps", "doctor", "runc exec", "ctr 1.6", "ctr 2.4", "docker exec"}

// sidestep are sidestep's commands about the container. exec and doctor are
// given its name, which a Docker daemon knows and containerd does not.
func (v *victim) sidestep(f fault) []question {
	command := func(args ...string) func() *exec.Cmd {
		return func() *exec.Cmd {
			cmd := v.world.bed.Command(args...)
			if v.world.docker != nil {
				cmd.Env = append(cmd.Env, "DOCKER_HOST="+v.world.docker.Host)
			}
			return cmd
		}
	}
	return []question{
		{"exec", command(append([]string{"exec", v.name}, where...)...), func(r reply) string { return v.judgeExec(f, r) }},
		{"pid", command("pid", v.id), func(r reply) string { return v.judgePID(f, r) }},
		{"ps", command("ps", "-o", "json"), func(r reply) string { return v.judgePs(f, r) }},
		{"doctor", command("doctor", v.name, "-o", "json"), func(r reply) string { return judgeDoctor(f, r) }},
	}
}

// judge says how a command of sidestep ended that either did what it should or
// gave up. Text is what the reason to refuse has in it, if it is to refuse.
func judge(r reply, done bool, text string) string {
	switch {
	case r.hung:
		return hangs
	case text == "" && r.Code == 0 && done:
		return works
	case text != "" && r.Code == 125 && r.Stdout == "" && strings.HasPrefix(r.Stderr, "sidestep: error: ") && strings.Contains(r.Stderr, text):
		return refuses
	}
	return fails
}

func (v *victim) judgeExec(f fault, r reply) string {
	return judge(r, strings.TrimSpace(r.Stdout) == v.mount, f.refused)
}

func (v *victim) judgePID(f fault, r reply) string {
	refused := ""
	if f.gone {
		refused = f.refused
	}
	return judge(r, strings.TrimSpace(r.Stdout) == strconv.Itoa(v.pid), refused)
}

// judgePs: the list has every container with its PID, or, when it has ended,
// does not call it running.
func (v *victim) judgePs(f fault, r reply) string {
	var rows []struct {
		ID, State string
		PID       int
	}
	if err := json.Unmarshal([]byte(r.Stdout), &rows); err != nil {
		return judge(r, false, "")
	}
	listed := map[string]int{} // the PIDs of those that run
	for _, row := range rows {
		if row.State == "running" || row.State == "paused" || row.PID != 0 {
			listed[row.ID] = row.PID
		}
	}
	ok := true
	for _, victim := range v.world.victims {
		pid, there := listed[victim.id]
		ok = ok && there != f.gone && (f.gone || pid == victim.pid)
	}
	for _, other := range v.world.others {
		ok = ok && listed[other.id] == other.pid
	}
	return judge(r, ok, "")
}

// judgeDoctor: a check names what is broken, and the verdict says whether exec
// works.
func judgeDoctor(f fault, r reply) string {
	var report struct {
		Verdict string
		Checks  []struct{ ID, Status string }
	}
	if r.hung {
		return hangs
	}
	if json.Unmarshal([]byte(r.Stdout), &report) != nil {
		return fails
	}
	var found []string
	for _, check := range report.Checks {
		if check.Status == "fail" || check.Status == "warn" {
			found = append(found, check.ID)
		}
	}
	want, code := "degraded", 1
	switch {
	case len(f.named) == 0:
		want, code = "healthy", 0
	case f.refused != "":
		want, code = "broken", 2
	}
	if report.Verdict != want || r.Code != code {
		return misses + " (" + report.Verdict + ")"
	}
	if len(f.named) == 0 && len(found) == 0 {
		return healthy
	}
	for _, id := range f.named {
		if slices.Contains(found, id) {
			return names
		}
	}
	return misses
}
