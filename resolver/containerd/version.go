package containerd

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

// Version returns the daemon's version, such as "1.6.20" or "v2.4.2". It asks
// nothing of the daemon's database.
func (c *Client) Version(ctx context.Context) (string, error) {
	var version string
	err := c.ask(ctx, "", "its version", func(ctx context.Context) error {
		// The answer is taken for an empty one, so that its fields are kept as
		// they came: this one text is not worth the stubs of a service.
		answer := new(emptypb.Empty)
		if err := c.conn.Invoke(ctx, "/containerd.services.version.v1.Version/Version", new(emptypb.Empty), answer); err != nil {
			return err
		}
		return wire.Each(answer.ProtoReflect().GetUnknown(), func(f wire.Field) error {
			if f.Number == 1 {
				version = string(f.Bytes)
			}
			return nil
		})
	})
	return version, err
}
