package resolver

import (
	"errors"
	"fmt"
	"strings"
)

// maxNamespace is how many bytes the name of a containerd namespace may have
// (containerd: pkg/identifiers).
const maxNamespace = 76

// CheckNamespace says why a text cannot be the name of a containerd namespace:
// that is ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$. Not all of them get an answer
// that says so: what HTTP/2 does not allow in a header ends the call before.
func CheckNamespace(name string) error {
	if len(name) > maxNamespace {
		return fmt.Errorf("it is longer than %d bytes", maxNamespace)
	}
	separated := true // from what came before
	for _, c := range name {
		separator := strings.ContainsRune("._-", c)
		if separator && separated || !separator && !isAlphanumeric(c) {
			separated = true
			break
		}
		separated = separator
	}
	if separated {
		return errors.New("it has to be letters and digits, with one of . _ - between them at most")
	}
	return nil
}
