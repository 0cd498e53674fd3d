package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// names are the institutions' names by id, for sentences about them.
type names map[uint64]string

func (s *session) names(ctx context.Context) (names, error) {
	all, err := s.institutions(ctx)
	if err != nil {
		return nil, err
	}
	n := names{}
	for _, in := range all {
		n[in.Id] = in.Name
	}
	return n, nil
}

func (n names) of(id uint64) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", id, n[id]))
}

// describe says what a message does if it is decided.
func (n names) describe(msg sdk.Msg) said {
	switch m := msg.(type) {
	case *consortiumtypes.MsgAdmitInstitution:
		return admission(m)
	case *consortiumtypes.MsgSuspendInstitution:
		why := reasonWord(uint32(m.Reason))
		return said{fmt.Sprintf("暂停机构 %s（%s）", n.of(m.InstitutionId), why), fmt.Sprintf("suspend institution %s (%s)", n.of(m.InstitutionId), why)}
	case *consortiumtypes.MsgReadmitInstitution:
		return said{fmt.Sprintf("恢复机构 %s，权重 %d", n.of(m.InstitutionId), m.Power), fmt.Sprintf("readmit institution %s with power %d", n.of(m.InstitutionId), m.Power)}
	case *consortiumtypes.MsgRemoveInstitution:
		why := reasonWord(uint32(m.Reason))
		return said{fmt.Sprintf("除名机构 %s（%s）", n.of(m.InstitutionId), why), fmt.Sprintf("remove institution %s for ever (%s)", n.of(m.InstitutionId), why)}
	case *consortiumtypes.MsgSetPower:
		return said{fmt.Sprintf("机构 %s 的权重改为 %d", n.of(m.InstitutionId), m.Power), fmt.Sprintf("set the power of institution %s to %d", n.of(m.InstitutionId), m.Power)}
	case *consortiumtypes.MsgReplaceOperator:
		return said{fmt.Sprintf("更换机构 %s 的运营密钥", n.of(m.InstitutionId)), fmt.Sprintf("replace the operator's key of institution %s", n.of(m.InstitutionId))}
	case *consortiumtypes.MsgResetOfficer:
		if len(m.Key.Key) == 0 {
			return said{fmt.Sprintf("免去经办人 %d", m.OfficerId), fmt.Sprintf("dismiss officer %d", m.OfficerId)}
		}
		return said{fmt.Sprintf("为经办人 %d 更换密钥", m.OfficerId), fmt.Sprintf("give officer %d another key", m.OfficerId)}
	case *upgradetypes.MsgSoftwareUpgrade:
		return said{fmt.Sprintf("软件升级 %s，自高度 %d 起", m.Plan.Name, m.Plan.Height), fmt.Sprintf("upgrade the software to %s at height %d", m.Plan.Name, m.Plan.Height)}
	case *upgradetypes.MsgCancelUpgrade:
		return said{"取消软件升级", "cancel the software upgrade"}
	}
	if module := paramsModule(msg); module != "" {
		return said{"设定 " + module + " 参数", "set the parameters of " + module}
	}
	return said{"执行 " + sdk.MsgTypeURL(msg), "carry out " + sdk.MsgTypeURL(msg)}
}

func admission(m *consortiumtypes.MsgAdmitInstitution) said {
	kind := kindName(m.Kind)
	if m.Power == 0 {
		return said{fmt.Sprintf("接纳机构 %s（%s）", m.Name, kind.Zh), fmt.Sprintf("admit %s as %s", m.Name, kind.En)}
	}
	return said{fmt.Sprintf("接纳机构 %s（%s），权重 %d", m.Name, kind.Zh, m.Power), fmt.Sprintf("admit %s as %s with power %d", m.Name, kind.En, m.Power)}
}

// shownMessage is a message of a proposal for people and for programs.
type shownMessage struct {
	said
	// Changes of parameters against the present ones, while that says something.
	Changes []string `json:"changes,omitempty"`
	// Values of parameters that are set, of a proposal that is not open any more.
	Values []string `json:"values,omitempty"`
	// Message is protobuf JSON with @type, as `propose file` takes it.
	Message json.RawMessage `json:"message"`
}

// showMessage describes one message of a proposal. A type that this program does
// not know is shown by its name.
func (s *session) showMessage(ctx context.Context, n names, a *codectypes.Any, changes bool) (shownMessage, error) {
	var msg sdk.Msg
	if err := s.InterfaceRegistry.UnpackAny(a, &msg); err != nil {
		raw, _ := json.Marshal(map[string]any{"@type": a.TypeUrl, "value": a.Value})
		return shownMessage{said: said{"执行 " + a.TypeUrl + "（本程序不识）", "carry out " + a.TypeUrl + " (unknown to this program)"}, Message: raw}, nil
	}
	raw, err := s.Codec.MarshalInterfaceJSON(msg)
	if err != nil {
		return shownMessage{}, internal(err)
	}
	out := shownMessage{said: n.describe(msg), Message: raw}
	switch {
	case paramsModule(msg) == "":
	case changes:
		out.Changes, err = s.paramChanges(ctx, msg)
	default:
		out.Values, err = s.paramValues(msg)
	}
	return out, err
}

// full is the sentence with the values that are set.
func (m shownMessage) full() said {
	values := m.Changes
	if len(values) == 0 {
		values = m.Values
	}
	if len(values) == 0 {
		return m.said
	}
	return said{m.Zh + "：" + strings.Join(values, "，"), m.En + ": " + strings.Join(values, ", ")}
}

// messageRows number the messages from 1.
func messageRows(messages []shownMessage) []row {
	var rows []row
	for i, m := range messages {
		value := m.String()
		if values := append(m.Changes[:len(m.Changes):len(m.Changes)], m.Values...); len(values) > 0 {
			value += ": " + strings.Join(values, "; ")
		}
		rows = append(rows, row{fmt.Sprintf("第 %d 项", i+1), fmt.Sprintf("message %d", i+1), value})
	}
	return rows
}
