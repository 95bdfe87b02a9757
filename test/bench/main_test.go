package bench

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }
