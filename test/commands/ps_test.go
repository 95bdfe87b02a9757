package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestPs(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		testbed.Equal(t, "JSON of nothing", bed.Output(t, "ps", "-o", "json"), "[]")
		running := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) {
			testbed.WithoutNamespace(s, specs.NetworkNamespace)
			testbed.WithoutMount(s, "/sys")
		}})
		paused := bed.Run(t, testbed.Container{Namespace: "k8s.io", Labels: map[string]string{
			"io.kubernetes.pod.namespace": "shop", "io.kubernetes.pod.name": "cart-0",
			"io.kubernetes.container.name": "app", "io.cri-containerd.kind": "container",
		}})
		paused.Ctr(t, "task", "pause", paused.ID)
		stopped := bed.Run(t, testbed.Container{Args: []string{"/bin/true"}})
		testbed.Eventually(t, 10*time.Second, "one has stopped", func() bool {
			return strings.Contains(stopped.Ctr(t, "task", "ls"), "STOPPED")
		})

		found := rows(t, bed.Sidestep(t, "ps", "-a", "-o", "json"))
		testbed.Equal(t, "containers", len(found), 3)
		testbed.Equal(t, "running", fmt.Sprint(found[running.ID]), fmt.Sprint(
			row{ID: running.ID, Namespace: "default", PID: running.PID, State: "running", Shared: sharedWithHost(t, bed, running)}))
		testbed.Equal(t, "paused's state", found[paused.ID].State, "paused")
		testbed.Equal(t, "paused's PID", found[paused.ID].PID, paused.PID)
		testbed.Equal(t, "paused's pod", fmt.Sprint(*found[paused.ID].Pod), "{shop cart-0}")
		testbed.Equal(t, "stopped's state", found[stopped.ID].State, "stopped")
		expectTables(t, bed, running, paused, stopped)
	})
}

func expectTables(t *testing.T, bed *testbed.Bed, running, paused, stopped *testbed.Container) {
	t.Helper()
	table := bed.Output(t, "ps")
	for _, want := range []string{fmt.Sprint(running.PID), "running", "k8s.io", "shop/cart-0", "paused"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in the table:\n%s", want, table)
		}
	}
	if strings.Contains(table, stopped.ID) {
		t.Errorf("a stopped container is listed without -a:\n%s", table)
	}
	testbed.Equal(t, "ps -q in one namespace", bed.Output(t, "-n", "k8s.io", "ps", "-q"), paused.ID)
	if wide := bed.Output(t, "ps", "-o", "wide"); !strings.Contains(wide, "io.containerd.runc.v2") {
		t.Errorf("no runtime in the wide table:\n%s", wide)
	}
	expectTasks(t, bed, stopped)
}

// expectTasks compares the list of tasks with ctr's.
func expectTasks(t *testing.T, bed *testbed.Bed, stopped *testbed.Container) {
	t.Helper()
	list := bed.Output(t, "t", "ls")
	tasks := func(table string) string {
		var lines []string
		for line := range strings.Lines(table) {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == stopped.ID {
				lines = append(lines, strings.Join(fields, " "))
			}
		}
		return strings.Join(lines, "\n")
	}
	if want := tasks(stopped.Ctr(t, "task", "ls")); tasks(list) != want || want == "" {
		t.Errorf("the task that has stopped is %q, and ctr's %q", tasks(list), want)
	}
	if !strings.HasPrefix(list, "TASK") || !strings.Contains(list, "RUNNING") || !strings.Contains(list, "PAUSED") {
		t.Errorf("t ls:\n%s", list)
	}
}
