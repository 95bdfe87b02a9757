// Package tunnel makes a connection of a pair of byte streams that clients use
// one after the other, such as stdin and stdout of a pod's container to which
// they attach.
//
// Three things about such streams make it necessary:
//
//   - A client may die in the middle of what it writes, and what the next one
//     writes follows at once. So each connection begins with a mark, 16 bytes
//     that the other end looks for at every position, in the middle of a record
//     too. They cannot be in the records, which are encrypted.
//   - What the container writes to its stdout goes into the log that the
//     container runtime keeps of it. So both directions are encrypted, with
//     keys that are agreed on anew for each connection (X25519, HKDF, AES-GCM):
//     the log tells how much was said, and not what. This protects from those
//     who read the log later; who may attach to the container is for the
//     cluster to decide.
//   - When a client is killed, the container's stdin may go on without it. So a
//     client says that it is there when it has nothing else to say.
//
// # Format
//
// Client: mark, version (1 byte), public key (32 bytes). Server: its own mark,
// version, the first 16 bytes of the SHA-256 of the client's public key, which
// says whom it answers, its public key. From then on both send records: the
// length of what follows (2 bytes, big endian), and, encrypted, a byte that
// tells the kind of the record and its data. The nonce of a record is its
// number. The record that says that it is the end is the last one; the server's
// has a text as its data where it is not the answer to the client's: why the
// server gave the client up.
package tunnel
