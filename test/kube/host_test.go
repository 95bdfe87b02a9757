package kube

import (
	"os"
	"testing"
)

// hostNamespace returns the namespace of the host's init, which is what
// hostPID shows a pod.
func hostNamespace(t testing.TB, kind string) string {
	t.Helper()
	link, err := os.Readlink("/proc/1/ns/" + kind)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// auditLog returns what the API server has audited.
func (c *cluster) auditLog(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(c.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
