// Package recipe cuts files into the items of an evidence, exactly as §1 of
// docs/spec/evidence-format.md says, and digests each item once, in one pass.
//
// It is apart from package format because it touches the file system and, for
// the recipe dir, Unicode tables; the chain never imports it.
//
//   - file: the octets, one item, also if there are none;
//   - lines: an item ends after each 0x0A, the rest is the last item;
//   - csv, with 0 or 1 header rows: as lines, but a 0x0A between quotes (0x22)
//     does not end an item;
//   - dir: the regular files below a directory, hidden ones too, sorted by the
//     unsigned bytes of their whole path, which is the item's label.
//
// For lines and csv the concatenation of the items is the file: nothing is
// trimmed, converted or repaired, and a byte order mark is just three bytes.
//
// # What is refused
//
// An empty input, except for file (ErrEmpty). For csv an open quote at the end,
// a UTF-16 mark at the front and any 0x00, with the line number (*LineError).
// For dir every entry that is not a readable regular file or directory with a
// portable name; all of them are listed at once (*RefusedError), since an
// evidence that leaves files out without saying so is worse than none. A file
// that changes while it is read (ErrChanged, *ChangedError).
//
// # Races
//
// In a directory, links are never followed: each entry is examined before it is
// opened, opened below the directory's own handle (os.Root), and must be the
// same file afterwards, so that a link put in its place in between is noticed.
// At the end the directory is listed again and compared.
package recipe
