package kubectl

import (
	"bytes"
	"fmt"

	"sigs.k8s.io/yaml"
)

// printPods prints the helper pods of places, as kubectl apply takes them.
func (a *app) printPods(c *cluster, places ...place) error {
	var text bytes.Buffer
	for i, p := range places {
		pod := a.helperPod(p, nil)
		pod.Namespace, pod.Name = a.helperNamespace(c), newName()
		data, err := yaml.Marshal(pod)
		if err != nil {
			return fmt.Errorf("print the helper pod: %w", err)
		}
		if i > 0 {
			text.WriteString("---\n")
		}
		text.Write(data)
	}
	return a.write(text.Bytes())
}
