// Package opening reads and writes the two files an owner's tool makes: the
// opening file (*.inkopen), which holds the secret, and the review copy
// (*.inkreview), which is made for a reviewer and never holds it. Both are
// described in docs/spec/evidence-format.md, §2 and §9.
//
// # Framing
//
//	magic, 8 bytes   INKOPEN1 or INKREVW1
//	header           be32(length) ‖ canonical message
//	items            be32(length) ‖ canonical message, as many as the header says
//	trailer          32 bytes, SHA-256 over everything before
//
// The trailer names truncation and corruption; it is no proof of anything, since
// whoever can write the file can write the trailer. What proves is that the
// items lead to the root in the public part and this to the commitment:
// Create refuses to write a file for which that is not so, Open checks the
// header, File.Check the items.
//
// # Writing
//
// The opening file must be safe on disk before the transaction is broadcast: who
// loses it can neither open nor prove. Create writes to a temporary file beside
// the target, mode 0600, syncs it, gives it its name without ever replacing a
// file, and syncs the directory. After an error there is no file of that name
// unless it was there before or the error says so.
//
// # Memory
//
// The header holds the root and comes first, so the items must be kept until the
// last one is digested: a Spool keeps them in an unnamed file beside the target.
// Create, Open and the iteration over items need constant memory; Leaves and
// ProofFor hold 32 bytes per item.
package opening
