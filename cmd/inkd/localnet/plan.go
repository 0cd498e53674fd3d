package localnet

import (
	"net"
	"path/filepath"
	"strconv"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Defaults of `inkd network up`.
const (
	defaultChainID  = "ink-local-1"
	defaultBasePort = 26650
)

// Offsets of a node's ports from its block of ten: node i has the ports from
// base+10*i on.
const (
	portsPerNode = 10
	offsetP2P    = 6
	offsetRPC    = 7
	offsetGRPC   = 8
	offsetREST   = 9
)

// founder is an institution of the local consortium. The codes are valid in form
// and belong to nobody.
type founder struct {
	name     string
	title    string
	kind     logtypes.InstitutionKind
	uscc     string
	officers []officer
}

// officer is a key name with the role that its institution appoints it to.
type officer struct {
	key  string
	role logtypes.Role
}

var founders = []founder{
	{"center", "浙江省知识产权研究与服务中心", logtypes.INSTITUTION_KIND_CENTER, "12330000MB0000001H", []officer{
		{"center-registrar", logtypes.ROLE_REGISTRAR},
		{"center-reviewer-1", logtypes.ROLE_REVIEWER},
		{"center-reviewer-2", logtypes.ROLE_REVIEWER},
		{"center-certifier", logtypes.ROLE_CERTIFIER},
		{"center-cashier", logtypes.ROLE_CASHIER},
	}},
	{"court", "杭州互联网法院", logtypes.INSTITUTION_KIND_COURT, "11330100MB0000002W", []officer{{"court-judge", logtypes.ROLE_JUDGE}}},
	{"notary", "杭州互联网公证处", logtypes.INSTITUTION_KIND_NOTARY, "12330100MB0000003W", []officer{{"notary-officer", logtypes.ROLE_NOTARY}}},
	{"exchange", "浙江大数据交易中心", logtypes.INSTITUTION_KIND_EXCHANGE, "91330000MB0000004M", nil},
}

// operator is the name of the key that acts for an institution.
func (f founder) operator() string { return f.name + "-operator" }

// The demo enterprise and its people.
const (
	demoAdmin      = "demo-admin"
	demoEmployee   = "demo-employee"
	demoEnterprise = "浙江示例数据科技有限公司"
	demoUSCC       = "91330100MA0000005U"
)

// demoCategories are what the demo enterprise may deposit: manufacturing, other.
var demoCategories = []uint32{1, 3}

// keyNames are all keys of the client home for a network of these institutions.
func keyNames(members []founder) []string {
	var names []string
	for _, f := range members {
		names = append(names, f.operator())
	}
	for _, f := range members {
		for _, o := range f.officers {
			names = append(names, o.key)
		}
	}
	return append(names, demoAdmin, demoEmployee)
}

// node is one process of the network, as recorded in network.json.
type node struct {
	Name string `json:"name"`
	Home string `json:"home"`
	P2P  int    `json:"p2p"`
	RPC  int    `json:"rpc"`
	GRPC int    `json:"grpc"`
	REST int    `json:"rest"`
	// Process is the last one started; whether it lives is asked each time.
	Process process `json:"process"`
}

func newNode(dir string, i, basePort int) node {
	base := basePort + portsPerNode*i
	return node{
		Name: founders[i].name, Home: filepath.Join(dir, founders[i].name),
		P2P: base + offsetP2P, RPC: base + offsetRPC, GRPC: base + offsetGRPC, REST: base + offsetREST,
	}
}

// rpcURL is the address for --node.
func (n node) rpcURL() string { return "tcp://" + loopback(n.RPC) }

func (n node) logFile() string { return filepath.Join(n.Home, "node.log") }

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
