package containerd

import (
	"context"

	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

// Version returns the daemon's version, such as "1.6.20" or "v2.4.2". It asks
// nothing of the daemon's database.
func (c *Client) Version(ctx context.Context) (string, error) {
	q := question{what: "its version", method: "/containerd.services.version.v1.Version/Version"}
	return askFor(ctx, c, q, func(message []byte) (version string, err error) {
		err = wire.Texts(message, func(f wire.Field) error {
			if f.Number == 1 {
				version = string(f.Bytes)
			}
			return nil
		})
		return version, err
	}).Wait(ctx)
}
