package kubectl

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

// printPod prints the helper pod of a place, as kubectl apply takes it.
func (a *app) printPod(c *cluster, p place) error {
	pod := a.helperPod(p, nil)
	pod.Namespace, pod.Name = a.helperNamespace(c), newName()
	data, err := yaml.Marshal(pod)
	if err != nil {
		return fmt.Errorf("print the helper pod: %w", err)
	}
	if _, err := a.stdout.Write(data); err != nil {
		return fmt.Errorf("print the helper pod: %w", err)
	}
	return nil
}
