// Package verifycommand is the command that judges a bundle offline: `inkd verify`
// and `inkverify` are both made of it, so they say the same.
//
// It reads files with limits, cuts what is presented by the bundle's recipe, digests
// it in constant memory and prints what package verify answers. It judges nothing
// itself, asks no network and needs no configuration.
//
// Exit statuses are those of package verify: 0 all required checks passed and something
// was matched, 1 internal, 2 a check failed, 3 what was presented is not in the
// bundle, 4 trust is missing or does not match (an anchor that is none, too), 5 no bundle,
// unsupported, or a required check could not be made, 6 sound but nothing was compared,
// 64 wrong usage or a file that cannot be read. A verdict goes to standard output, an
// error to standard error.
package verifycommand
