package format

// Version is the version every message of this package begins with. It picks
// the whole suite (H, M, ed25519); there are no algorithm ids per field.
const Version = 1

// RecipeVersion is the version of all recipes of the specification's v1.
const RecipeVersion = 1

// Limits of §0, in bytes unless the name says otherwise. What exceeds one is
// refused with ErrLimit (ErrPathLimit for paths), at the limit it is accepted.
const (
	MaxEntryBytes       = 16 << 10
	MaxPublicBytes      = 8 << 10
	MaxPrivateBytes     = 64 << 10
	MaxCertificateBytes = 16 << 10
	MaxLabelBytes       = 1024
	MaxItems            = 1<<40 - 1 // number of items
	MaxPath             = 64        // hashes in an inclusion path
)
