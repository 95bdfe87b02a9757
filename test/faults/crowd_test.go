package faults

import (
	"os"
	"strconv"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// crowdVariable sets how many containers there are in the last row. The
// default is as many as do not make the tests long.
const (
	crowdVariable = "SIDESTEP_FAULTS_CONTAINERS"
	crowdDefault  = 20
	stuckShims    = 3
)

func crowdFault() fault {
	return fault{name: crowdName(), inject: both(crowdAround, stopShims), named: []string{"shim.process"}, crowded: true}
}

func crowdName() string { return "3 shims stopped among " + strconv.Itoa(crowdSize()) }

func crowdSize() int {
	if n, err := strconv.Atoi(os.Getenv(crowdVariable)); err == nil {
		return n
	}
	return crowdDefault
}

// crowdAround runs many more containers, three of which are the victims.
func crowdAround(t *testing.T, w *world) {
	rootfs := w.bed.Rootfs(t)
	w.others = append(w.others, w.victims...)
	w.victims = nil
	for n := len(w.others); n < crowdSize(); n++ {
		c := w.bed.Run(t, testbed.Container{
			Flags:  []string{"--runc-binary", w.bed.Runc, "--runc-root", w.runcRoot()},
			Spec:   func(*specs.Spec) {},
			Rootfs: rootfs,
		})
		v := &victim{by: "ctr", id: c.ID, name: c.ID, namespace: c.Namespace, pid: c.PID, rootfs: rootfs, runcRoot: w.runcRoot()}
		if len(w.victims) < stuckShims {
			w.victims = append(w.victims, newVictim(t, w, v))
		} else {
			w.others = append(w.others, v)
		}
	}
}
