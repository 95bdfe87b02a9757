package resolver

import (
	"errors"
	"strings"
	"testing"
)

func TestParseReference(t *testing.T) {
	id := strings.Repeat("0a", 32)
	tests := []struct {
		text string
		want Reference
	}{
		{"web", Reference{kind: anyName, name: "web"}},
		{"shop-web_1.x", Reference{kind: anyName, name: "shop-web_1.x"}},
		{"pod", Reference{kind: anyName, name: "pod"}},
		{id, Reference{kind: anyName, name: id}},
		{"containerd://" + id, Reference{kind: containerdID, name: id}},
		{"docker://web", Reference{kind: dockerName, name: "web"}},
		{"cri-o://" + id, Reference{kind: anyName, name: id}},
		{"pod/web-0", Reference{kind: inPod, pod: "web-0"}},
		{"pod/shop/web-0", Reference{kind: inPod, podNamespace: "shop", pod: "web-0"}},
		{"pod/shop/web-0/app", Reference{kind: inPod, podNamespace: "shop", pod: "web-0", container: "app"}},
		{"pid:4121", Reference{kind: ofProcess, pid: 4121}},
	}
	for _, test := range tests {
		test.want.text = test.text
		got, err := ParseReference(test.text)
		if err != nil || got != test.want || got.String() != test.text {
			t.Errorf("ParseReference(%q): %+v, %v", test.text, got, err)
		}
	}
	if pid, ok := tests[10].want.PID(); pid != 4121 || !ok {
		t.Errorf("PID: %d, %t", pid, ok)
	}
}

func TestParseReferenceSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ text, reason string }{
		{"", "it is empty"},
		{strings.Repeat("a", 601), "it is longer than 600 bytes"},
		{strings.Repeat("a", 254), "an ID or a name is longer than 253 bytes"},
		{"a\nb", "it has a control character"},
		{"a\x00", "it has a control character"},
		{"a\u0085", "it has a control character"},
		{"\xff", "it is not UTF-8"},
		{"a b", "an ID or a name cannot have ' ' in it"},
		{`a"b`, `an ID or a name cannot have '"' in it`},
		{"é", "an ID or a name must begin with a letter or a digit"},
		{"-it", "an ID or a name must begin with a letter or a digit"},
		{"/web", "an ID or a name has no slash; a pod is written pod/NAMESPACE/POD"},
		{"shop/web", "an ID or a name has no slash; a pod is written pod/NAMESPACE/POD"},
		{"rkt://x", `the runtime "rkt" is not known; containerd://, docker:// and cri-o:// are`},
		{"cri-o://web", "what follows cri-o:// is not a full ID"},
		{"cri-o://", "what follows cri-o:// is not a full ID"},
		{"containerd://", "what follows containerd:// is empty"},
		{"docker://a/b", "what follows docker:// cannot have '/' in it"},
		{"pod/", "each part of pod/NAMESPACE/POD/CONTAINER is empty"},
		{"pod/a//b", "each part of pod/NAMESPACE/POD/CONTAINER is empty"},
		{"pod/a/b/c/d", "it has more parts than pod/NAMESPACE/POD/CONTAINER"},
		{"pod/a/../b", "each part of pod/NAMESPACE/POD/CONTAINER must begin with a letter or a digit"},
		{"pid:", "what follows pid: is not a number between 1 and 4194304"},
		{"pid:0", "what follows pid: is not a number between 1 and 4194304"},
		{"pid:-1", "what follows pid: is not a number between 1 and 4194304"},
		{"pid:+1", "what follows pid: is not a number between 1 and 4194304"},
		{"pid:01", "what follows pid: is not a number between 1 and 4194304"},
		{"pid:4194305", "what follows pid: is not a number between 1 and 4194304"},
		{"pid:self", "what follows pid: is not a number between 1 and 4194304"},
	}
	for _, test := range tests {
		_, err := ParseReference(test.text)
		var bad *ReferenceError
		if !errors.As(err, &bad) || bad.Reason != test.reason || bad.Text != test.text {
			t.Errorf("ParseReference(%q): %v, want %q", test.text, err, test.reason)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	for _, text := range []string{"web", "containerd://a", "docker://b", "pod/a/b/c", "pid:1", "a\x00", "pod/../x", "://"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseReference(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b\x00") {
				t.Errorf("%q: the message has a control character: %q", text, err)
			}
			return
		}
		for _, part := range []string{r.name, r.podNamespace, r.pod, r.container} {
			if part != "" && badName("", part) != "" || strings.ContainsAny(part, "/\x00\n ") {
				t.Errorf("%q: part %q", text, part)
			}
		}
		if r.kind == 0 || r.String() != text {
			t.Errorf("%q: %+v", text, r)
		}
	})
}
