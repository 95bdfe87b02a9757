package kubectl

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sidestep-dev/sidestep/plugin/kubectl/rbac"
)

func (a *app) rbacCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "rbac",
		Short:             "Print the roles that a user of this plugin needs",
		Example:           "  kubectl sidestep rbac | kubectl apply -f -",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if _, err := io.WriteString(a.stdout, rbac.Manifests()); err != nil {
				return fmt.Errorf("print the roles: %w", err)
			}
			return nil
		},
	}
}
