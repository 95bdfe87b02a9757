package tunnel

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

// The kinds of record.
const (
	dataRecord  = iota // bytes of the connection
	pingRecord         // the client is there
	closeRecord        // the end: nothing follows; the data say why, if the other end did not ask for it
)

// maxData is how many bytes one record carries at most.
const maxData = 32 << 10

const (
	lengthSize = 2
	overhead   = 1 + 16 // the kind, and GCM's tag
)

var errCorrupt = errors.New("a record is corrupt")

// sealer encrypts the records of one direction.
type sealer struct {
	aead  cipher.AEAD
	count uint64
}

func nonce(count uint64) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n[4:], count)
	return n
}

// seal returns a record. data is at most maxData long.
func (s *sealer) seal(kind byte, data []byte) []byte {
	record := make([]byte, lengthSize, lengthSize+overhead+len(data))
	binary.BigEndian.PutUint16(record, uint16(overhead+len(data)))
	plain := append(append(make([]byte, 0, 1+len(data)), kind), data...)
	record = s.aead.Seal(record, nonce(s.count), plain, nil)
	s.count++
	return record
}

// opener puts records together from pieces and decrypts them.
type opener struct {
	aead    cipher.AEAD
	count   uint64
	pending []byte
}

// add takes bytes of the stream and gives take what the records in them hold.
// The data are take's only during the call.
func (o *opener) add(p []byte, take func(kind byte, data []byte)) error {
	o.pending = append(o.pending, p...)
	rest := o.pending
	for len(rest) >= lengthSize {
		length := int(binary.BigEndian.Uint16(rest))
		if length < overhead || length > overhead+maxData {
			return fmt.Errorf("%w: length %d", errCorrupt, length)
		}
		if len(rest) < lengthSize+length {
			break
		}
		sealed := rest[lengthSize : lengthSize+length]
		rest = rest[lengthSize+length:]
		plain, err := o.aead.Open(sealed[:0], nonce(o.count), sealed, nil)
		if err != nil {
			return fmt.Errorf("%w: record %d", errCorrupt, o.count)
		}
		o.count++
		take(plain[0], plain[1:])
	}
	o.pending = append(o.pending[:0], rest...)
	return nil
}
