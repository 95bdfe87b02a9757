package tunnel

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// Version is that of the format, the first thing the two ends compare.
const Version = 1

const (
	markSize = 16
	keySize  = 32
	echoSize = 16
)

// The marks were drawn at random, so that no text or other protocol has them.
var (
	clientMark = []byte{0xb1, 0x5c, 0x9e, 0x07, 0x36, 0xd8, 0x42, 0xfa, 0x1d, 0x83, 0xe5, 0x60, 0xcb, 0x2f, 0x94, 0x7a}
	serverMark = []byte{0x6e, 0xa3, 0x18, 0xdd, 0xf2, 0x4b, 0x80, 0x35, 0xc7, 0x59, 0x0e, 0x9a, 0xe4, 0x71, 0xbc, 0x26}
)

// echo is what the server says of the public key of the client that it answers.
func echo(client *ecdh.PublicKey) []byte {
	sum := sha256.Sum256(client.Bytes())
	return sum[:echoSize]
}

// ciphers returns the two ciphers of a connection. Each end gives its own key.
func ciphers(own *ecdh.PrivateKey, client, server *ecdh.PublicKey) (toServer, toClient cipher.AEAD, err error) {
	peer := server
	if own.PublicKey().Equal(server) {
		peer = client
	}
	secret, err := own.ECDH(peer)
	if err != nil {
		return nil, nil, fmt.Errorf("agree on a key: %w", err)
	}
	salt := append(client.Bytes(), server.Bytes()...)
	if toServer, err = newCipher(secret, salt, "sidestep tunnel 1 client to server"); err != nil {
		return nil, nil, err
	}
	toClient, err = newCipher(secret, salt, "sidestep tunnel 1 server to client")
	return toServer, toClient, err
}

func newCipher(secret, salt []byte, use string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, salt, use, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
