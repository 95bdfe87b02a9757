package kubectl

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// kinds are the TYPEs of TYPE/NAME, as kubectl exec completes them, each with
// what else it is called.
var kinds = []struct {
	name  string
	group string
	short string
}{
	{"daemonsets", "apps", "ds"},
	{"deployments", "apps", "deploy"},
	{"jobs", "batch", "job"},
	{"pods", "", "po"},
	{"replicasets", "apps", "rs"},
	{"replicationcontrollers", "", "rc"},
	{"services", "", "svc"},
	{"statefulsets", "apps", "sts"},
}

// kindOf returns the name of what a user calls so, or "".
func kindOf(called string) string {
	called = strings.ToLower(called)
	for _, kind := range kinds {
		plain := strings.TrimSuffix(called, "."+kind.group)
		if slices.Contains([]string{kind.name, strings.TrimSuffix(kind.name, "s"), kind.short}, plain) {
			return kind.name
		}
	}
	return ""
}

// references completes POD | TYPE/NAME as kubectl exec does: to pods and types,
// and after a type to what there is of it.
func (c *cluster) references(ctx context.Context, typed string) []string {
	if kind, _, ok := strings.Cut(typed, "/"); ok {
		return prefixed(kind+"/", c.names(ctx, kindOf(kind)))
	}
	found := c.podNames(ctx)
	for _, kind := range kinds {
		found = append(found, kind.name+"/")
	}
	return found
}

func prefixed(prefix string, names []string) []string {
	for i, name := range names {
		names[i] = prefix + name
	}
	return names
}

// names returns the names of all of a kind in the namespace. Whoever may not
// list them gets none.
func (c *cluster) names(ctx context.Context, kind string) []string {
	var list runtime.Object
	var err error
	all := metav1.ListOptions{}
	switch kind {
	case "daemonsets":
		list, err = c.AppsV1().DaemonSets(c.namespace).List(ctx, all)
	case "deployments":
		list, err = c.AppsV1().Deployments(c.namespace).List(ctx, all)
	case "jobs":
		list, err = c.BatchV1().Jobs(c.namespace).List(ctx, all)
	case "pods":
		return c.podNames(ctx)
	case "replicasets":
		list, err = c.AppsV1().ReplicaSets(c.namespace).List(ctx, all)
	case "replicationcontrollers":
		list, err = c.CoreV1().ReplicationControllers(c.namespace).List(ctx, all)
	case "services":
		list, err = c.CoreV1().Services(c.namespace).List(ctx, all)
	case "statefulsets":
		list, err = c.AppsV1().StatefulSets(c.namespace).List(ctx, all)
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	var names []string
	// Not an error: all of these are lists of objects with names.
	_ = meta.EachListItem(list, func(item runtime.Object) error {
		if object, err := meta.Accessor(item); err == nil {
			names = append(names, object.GetName())
		}
		return nil
	})
	return names
}
