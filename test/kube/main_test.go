package kube

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

// tests are all tests, in their order: those that break the node are the last.
var tests = []struct {
	name string
	run  func(*testing.T, *cluster)
}{
	{"Cluster", testCluster},
	{"Exec", testExec},
	{"ExecSame", testExecSame},
	{"ExecSecret", testExecSecret},
	{"Streams", testStreams},
	{"HalfClose", testHalfClose},
	{"Terminal", testTerminal},
	{"TerminalEveryTime", testTerminalEveryTime},
	{"Signals", testSignals},
	{"KilledKept", testKilledKept},
	{"StoppedKept", testStoppedKept},
	{"Containers", testContainers},
	{"User", testUser},
	{"Distroless", testDistroless},
	{"Node", testNode},
	{"Look", testLook},
	{"FanOut", testFanOut},
	{"Completion", testCompletion},
	{"Latency", testLatency},
	{"RBAC", testRBAC},
	{"Refused", testRefused},
	{"RuncBroken", testRuncBroken},
	{"ShimStopped", testShimStopped},
	{"Containerd", testContainerd},
}

func TestKubernetes(t *testing.T) {
	buildPlugin(t)
	c := start(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, c) })
	}
}
