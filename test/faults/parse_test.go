package faults

import (
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestParse: what is compared of a table are its verdicts, whatever the times
// and the size of the crowd.
func TestParse(t *testing.T) {
	var made table
	made.add("none", "exec", works, 31*time.Millisecond)
	made.add("none", "exec", works, 12*time.Millisecond)
	made.add("none", "ctr 1.6", hangs, 4*time.Second)
	made.add("none", "ctr 1.6", fails, 2*time.Second)
	made.add(crowdName(), "doctor", names, time.Second)
	found := parse(made.markdown(""))
	testbed.Equal(t, "text", made.text("none", "exec"), "works 31")
	testbed.Equal(t, "exec", found[[2]string{"none", "exec"}], works)
	testbed.Equal(t, "ctr", found[[2]string{"none", "ctr 1.6"}], "fails, hangs")
	testbed.Equal(t, "nothing", found[[2]string{"none", "pid"}], "–")
	testbed.Equal(t, "the crowd", found[[2]string{"3 shims stopped among many", "doctor"}], names)
	testbed.Equal(t, "cells", len(found), 2*len(columns))

	var later table
	later.add("none", "exec", fails, time.Second)
	found = parse(later.markdown(made.markdown("")))
	testbed.Equal(t, "exec, later", found[[2]string{"none", "exec"}], fails)
	testbed.Equal(t, "the crowd, as before", found[[2]string{"3 shims stopped among many", "doctor"}], names)
}
