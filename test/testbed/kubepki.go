package testbed

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// pki is a cluster's certificate authority, and the directory of the files
// that it made.
type pki struct {
	dir       string
	authority *x509.Certificate
	key       *ecdsa.PrivateKey
	serial    int64
}

// newPKI makes an authority. Its key signs service account tokens too.
func newPKI(t testing.TB, dir string) *pki {
	t.Helper()
	p := &pki{dir: dir, key: newKey(t)}
	p.authority = &x509.Certificate{
		Subject: pkix.Name{CommonName: "testbed"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	p.authority = p.sign(t, "ca", p.authority, p.key)
	return p
}

// issue makes a key and a certificate with that subject, for clients and, with
// addresses, for servers, in the files NAME.key and NAME.crt.
func (p *pki) issue(t testing.TB, name string, subject pkix.Name, addresses ...string) {
	t.Helper()
	certificate := &x509.Certificate{
		Subject: subject, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	for _, address := range addresses {
		certificate.IPAddresses = append(certificate.IPAddresses, net.ParseIP(address))
	}
	p.sign(t, name, certificate, newKey(t))
}

func (p *pki) sign(t testing.TB, name string, certificate *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	p.serial++
	certificate.SerialNumber = big.NewInt(p.serial)
	certificate.NotBefore = time.Now().Add(-time.Hour)
	certificate.NotAfter = time.Now().Add(24 * time.Hour)
	signed, err := x509.CreateCertificate(rand.Reader, certificate, p.authority, &key.PublicKey, p.key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, p.file(name+".crt"), "CERTIFICATE", signed)
	writePEM(t, p.file(name+".key"), "EC PRIVATE KEY", secret)
	parsed, err := x509.ParseCertificate(signed)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func (p *pki) file(name string) string { return filepath.Join(p.dir, name) }

// kubeconfig writes a kubeconfig for the certificate of that name, and returns
// its path.
func (p *pki) kubeconfig(t testing.TB, name string) string {
	t.Helper()
	file := p.file(name + ".kubeconfig")
	WriteFile(t, file, fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: testbed, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: %[3]q, user: {client-certificate: %q, client-key: %q}}]
contexts: [{name: testbed, context: {cluster: testbed, user: %[3]q}}]
current-context: testbed
`, apiURL, p.file("ca.crt"), name, p.file(name+".crt"), p.file(name+".key")), 0o600)
	return file
}

// client returns an HTTP client that shows the certificate of that name.
func (p *pki) client(t testing.TB, name string) *http.Client {
	t.Helper()
	certificate, err := tls.LoadX509KeyPair(p.file(name+".crt"), p.file(name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	authorities := x509.NewCertPool()
	authorities.AddCert(p.authority)
	return &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities, Certificates: []tls.Certificate{certificate}}},
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func writePEM(t testing.TB, file, kind string, data []byte) {
	t.Helper()
	WriteFile(t, file, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data})), 0o600)
}
