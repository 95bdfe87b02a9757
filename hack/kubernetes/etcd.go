package main

import (
	"context"
	"fmt"
	"net/url"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
)

// newEtcd returns an etcd of one member that serves until it is asked to end.
// It does not wait for the disk: its data does not outlive a test.
func newEtcd() *cobra.Command {
	config := embed.NewConfig()
	config.UnsafeNoFsync = true
	config.LogLevel = "warn"
	var client, peer string
	command := &cobra.Command{
		Use:          "etcd",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			for text, urls := range map[string][]*[]url.URL{
				client: {&config.ListenClientUrls, &config.AdvertiseClientUrls},
				peer:   {&config.ListenPeerUrls, &config.AdvertisePeerUrls},
			} {
				parsed, err := url.Parse(text)
				if err != nil {
					return err
				}
				for _, list := range urls {
					*list = []url.URL{*parsed}
				}
			}
			config.InitialCluster = config.InitialClusterFromName(config.Name)
			return serve(config)
		},
	}
	command.Flags().StringVar(&config.Dir, "data-dir", "", "directory of the data")
	command.Flags().StringVar(&client, "client-url", "", "URL to listen on for clients")
	command.Flags().StringVar(&peer, "peer-url", "", "URL to listen on for other members, of which there are none")
	return command
}

func serve(config *embed.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server, err := embed.StartEtcd(config)
	if err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	defer server.Close()
	select {
	case <-ctx.Done():
		return nil
	case err := <-server.Err():
		return fmt.Errorf("serve: %w", err)
	}
}
