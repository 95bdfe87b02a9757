package kubectl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// importArchive gives the node's containerd the helper image.
func (a *app) importArchive(ctx context.Context, node string) error {
	f, err := os.Open(a.options.archive)
	if err != nil {
		return fmt.Errorf("import the image: %w", err)
	}
	defer f.Close()
	words := []string{"sudo", "-n", "ctr"}
	if a.options.address != "" {
		words = append(words, "--address", a.options.address)
	}
	said, err := sendSSH(ctx, f, node, append(words, "--namespace", "k8s.io", "images", "import", "-")...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fail("see that this works without a question: ssh "+node+" sudo -n ctr version",
			"import the image on node %q: %w: %s", node, err, said)
	case err != nil:
		return fmt.Errorf("import the image on node %q: %w", node, err)
	}
	a.debugf("the image is imported on %s", node)
	return nil
}
