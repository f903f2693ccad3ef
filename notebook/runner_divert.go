package notebook

import (
	"encoding/json"
	"slices"

	"quire/auth"
)

// An output widget of ipywidgets ("with out: print()", interact) tells its browsers,
// by the state msg_id of its model, that what answers the request of this id is to
// be shown in it instead of below the cell (OutputModel of
// @jupyter-widgets/output). It is so shown to the person whose widget it is; the
// run does not keep it.

// divert is an output widget that takes the output of a request.
type divert struct {
	comm   string
	parent string
}

// isOutputWidget tells whether a message opens the model of an output widget.
func isOutputWidget(c Comm) bool {
	var d struct {
		State struct {
			Name   string `json:"_model_name"`
			Module string `json:"_model_module"`
		} `json:"state"`
	}
	return c.Kind == CommOpen && c.Target == "jupyter.widget" && json.Unmarshal(c.Data, &d) == nil &&
		d.State.Name == "OutputModel" && d.State.Module == "@jupyter-widgets/output"
}

// noteDivert keeps which request's output a widget takes. The caller holds mu.
func (t *talk) noteDivert(c Comm) {
	if !t.comms[c.ID].output {
		return
	}
	var d struct {
		Method string
		State  struct {
			MsgID *string `json:"msg_id"`
		}
	}
	if json.Unmarshal(c.Data, &d) != nil || d.State.MsgID == nil || c.Kind == CommMsg && d.Method != "update" {
		return
	}
	t.release(c.ID)
	if *d.State.MsgID != "" {
		t.hold = append(t.hold, divert{c.ID, *d.State.MsgID})
	}
}

// release ends what a widget takes. The caller holds mu.
func (t *talk) release(id string) {
	t.hold = slices.DeleteFunc(t.hold, func(d divert) bool { return d.comm == id })
}

// diverts shows an output in the widget that takes it, the last to say so, and
// reports whether there is one. An update goes on as well: it may be of a display
// that stands somewhere else.
func (t *talk) diverts(parent string, out Output) bool {
	comm, person, known := t.taker(parent)
	if !known {
		return false
	}
	if _, dropped := out.(DroppedOutput); dropped {
		return false
	}
	if ask, here := t.asker(parent); here {
		parent = ask.id
	}
	t.r.desks.say(t.desk(person), CommPrinted{t.kernel.ID(), parent, comm, out})
	display, ok := out.(DisplayOutput)
	return !ok || !display.Update
}

func (t *talk) taker(parent string) (comm string, person auth.PrincipalID, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, d := range slices.Backward(t.hold) {
		if d.parent == parent {
			return d.comm, t.comms[d.comm].person, true
		}
	}
	return "", 0, false
}
