package format

import "fmt"

// Private is the part of an evidence that never goes on chain: everything in
// free text. As a message: 1 version, 2 title, 3 summary, 4 source, 5 fields
// (repeated), 6 file_name, 7 tool, 8 platform, 9 note. All strings follow
// CheckText; the whole message has at most MaxPrivateBytes.
type Private struct {
	Title    string
	Summary  string
	Source   string
	Fields   []Field // the field table of a data product
	FileName string
	Tool     string // a claim of the tool that made the evidence
	Platform string // likewise
	Note     string
}

// Field is one line of the field table: 1 name (required), 2 description,
// 3 example.
type Field struct {
	Name        string
	Description string
	Example     string
}

// Bytes returns the canonical encoding, or refuses text that is not allowed.
func (p Private) Bytes() ([]byte, error) {
	b := p.encode()
	// The decoder has every rule already; what it refuses must not be written.
	if _, err := ParsePrivate(b); err != nil {
		return nil, err
	}
	return b, nil
}

// ParsePrivate decodes the canonical encoding and refuses every other one.
func ParsePrivate(b []byte) (Private, error) {
	d := NewDecoder("private part", b, MaxPrivateBytes)
	d.Version()
	p := Private{
		Title:   d.Text(2, MaxPrivateBytes),
		Summary: d.Text(3, MaxPrivateBytes),
		Source:  d.Text(4, MaxPrivateBytes),
	}
	for {
		msg, ok := d.Message(5)
		if !ok {
			break
		}
		f, err := parseField(msg)
		if err != nil {
			d.Fail(5, err)
		}
		p.Fields = append(p.Fields, f)
	}
	p.FileName = d.Text(6, MaxPrivateBytes)
	p.Tool = d.Text(7, MaxPrivateBytes)
	p.Platform = d.Text(8, MaxPrivateBytes)
	p.Note = d.Text(9, MaxPrivateBytes)
	if err := d.Close(); err != nil {
		return Private{}, err
	}
	return p, identical("private part", b, p.encode())
}

func (p Private) encode() []byte {
	var e Encoder
	e.Uint(1, Version)
	e.Text(2, p.Title)
	e.Text(3, p.Summary)
	e.Text(4, p.Source)
	for _, f := range p.Fields {
		var fe Encoder
		fe.Text(1, f.Name)
		fe.Text(2, f.Description)
		fe.Text(3, f.Example)
		e.Message(5, fe.Bytes())
	}
	e.Text(6, p.FileName)
	e.Text(7, p.Tool)
	e.Text(8, p.Platform)
	e.Text(9, p.Note)
	return e.Bytes()
}

func parseField(b []byte) (Field, error) {
	d := NewDecoder("field table", b, MaxPrivateBytes)
	f := Field{
		Name:        d.Text(1, MaxPrivateBytes),
		Description: d.Text(2, MaxPrivateBytes),
		Example:     d.Text(3, MaxPrivateBytes),
	}
	if err := d.Close(); err != nil {
		return Field{}, err
	}
	if f.Name == "" {
		return Field{}, fmt.Errorf("field table: %w: expected a name", ErrMissing)
	}
	return f, nil
}
