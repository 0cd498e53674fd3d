// Package types holds the messages, tables and stateless rules of x/enterprise:
// who may write, in whose name, how much and of which categories.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the name of the module in genesis, routes and errors.
	ModuleName = "enterprise"
	// StoreKey is the name of the module's store. It stands in every proof.
	StoreKey = "inkenterprise"
)

// Prefixes of the tables. A number is never used again for another table; every
// key behind a prefix has a fixed length: ids of 8 bytes, pairs of them, or a
// digest of 32 bytes.
var (
	ParamsPrefix               = collections.NewPrefix(1)
	UsersPrefix                = collections.NewPrefix(2)
	UserCountPrefix            = collections.NewPrefix(3)
	EnterprisesPrefix          = collections.NewPrefix(4)
	EnterpriseCountPrefix      = collections.NewPrefix(5)
	EnterpriseByUSCCPrefix     = collections.NewPrefix(6)
	EnterpriseByNamePrefix     = collections.NewPrefix(7)
	PendingEnterprisePrefix    = collections.NewPrefix(8)
	MembersPrefix              = collections.NewPrefix(9)
	MembershipsPrefix          = collections.NewPrefix(10)
	PendingMembersPrefix       = collections.NewPrefix(11)
	QualificationsPrefix       = collections.NewPrefix(12)
	QualificationCountPrefix   = collections.NewPrefix(13)
	PendingQualificationPrefix = collections.NewPrefix(14)
	QualifiedPrefix            = collections.NewPrefix(15)
	QuotaUsesPrefix            = collections.NewPrefix(16)
	FormerCategoriesPrefix     = collections.NewPrefix(17)
)
