package proc_test

import (
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func TestProcIsThatOfTheTest(t *testing.T) {
	if err := proc.Mounted(); err != nil {
		t.Error(err)
	}
}
