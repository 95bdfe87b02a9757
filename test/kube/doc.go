// Package kube tests kubectl-sidestep as a plugin of the real kubectl, on a
// real Kubernetes: testbed.Kubernetes, a cluster of one node.
//
// One cluster serves all tests, which are run one after the other by
// TestKubernetes: -run TestKubernetes/Exec runs those that begin with Exec.
package kube
