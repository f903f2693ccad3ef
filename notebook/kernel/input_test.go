package kernel_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
)

// interview runs code that may ask.
type interview struct {
	k         notebook.Kernel
	heard     *heard
	questions chan notebook.InputRequest
	res       chan notebook.ExecuteResult
}

func ask(k notebook.Kernel, code string) *interview {
	in := &interview{k, newHeard(), make(chan notebook.InputRequest, 10_000), make(chan notebook.ExecuteResult, 1)}
	go func() {
		in.res <- k.Execute(context.Background(), notebook.ExecuteRequest{Code: code, Input: true}, func(o notebook.Output) {
			if q, ok := o.(notebook.InputRequest); ok {
				in.questions <- q
			}
			in.heard.sink(o)
		})
	}()
	return in
}

func requireNoQuestion(t *testing.T, k notebook.Kernel) {
	t.Helper()
	require.True(t, fault.Is(k.Answer(t.Context(), "nobody asked"), fault.Conflict))
}

func TestInput(t *testing.T) {
	t.Parallel()
	k := newKernel(t)
	requireNoQuestion(t, k)
	in := ask(k, "import getpass\nname = input('name? ')\nword = getpass.getpass('word? ')\nprint(name, word, input())")
	for _, want := range []notebook.InputRequest{{Prompt: "name? "}, {Prompt: "word? ", Password: true}, {}} {
		require.Equal(t, want, await(t, in.questions))
		require.NoError(t, k.Answer(t.Context(), "zoë\x00"))
	}
	require.Equal(t, notebook.ExecuteOK, await(t, in.res).Status)
	require.Equal(t, "zoë\x00 zoë\x00 zoë\x00\n", in.heard.text())
	requireNoQuestion(t, k)
}

// TestInterruptedInput: code that waits for input can be stopped, and an answer that
// comes too late is not taken for the next question's.
func TestInterruptedInput(t *testing.T) {
	t.Parallel()
	k := newKernel(t)
	in := ask(k, "input('?')")
	await(t, in.questions)
	require.NoError(t, k.Interrupt(t.Context()))
	require.Equal(t, notebook.ExecuteError, await(t, in.res).Status)
	requireNoQuestion(t, k)
	in = ask(k, "print(input('again?'))")
	await(t, in.questions)
	require.NoError(t, k.Answer(t.Context(), "yes"))
	require.Equal(t, notebook.ExecuteOK, await(t, in.res).Status)
	require.Equal(t, "yes\n", in.heard.text())
}

func TestInputThatIsNotWanted(t *testing.T) {
	for code, want := range map[string]string{
		"ask":                "input_reply to input_request: ana end of ask",
		"ask from elsewhere": "not asked end of ask from elsewhere",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			k := newFake(t, nil)
			in := ask(k, code)
			if code == "ask" {
				await(t, in.questions)
				require.NoError(t, k.Answer(t.Context(), "ana"))
			}
			require.Equal(t, notebook.ExecuteOK, await(t, in.res).Status)
			require.Equal(t, want, in.heard.text())
			require.Empty(t, in.questions)
			requireNoQuestion(t, k)
		})
	}
}

func TestInputOfCodeThatMayNotAsk(t *testing.T) {
	k := newFake(t, nil)
	h, res := begin(k, "ask")
	kernel.AwaitRefused(k)
	requireNoQuestion(t, k)
	require.NoError(t, k.Shutdown(t.Context()))
	require.Equal(t, notebook.ExecuteDead, await(t, res).Status)
	require.Empty(t, h.text())
}

// TestTooMuchInput: a question that is too long is told as lost, and a long one cut
// at a character.
func TestTooMuchInput(t *testing.T) {
	k := newFake(t, func(c *kernel.Config) { c.MaxMessage = 8 << 20 })
	in := ask(k, "ask too much")
	q := await(t, in.questions)
	require.Equal(t, strings.Repeat("ä", 8<<10), q.Prompt)
	require.NoError(t, k.Answer(t.Context(), "ok"))
	require.Equal(t, notebook.ExecuteOK, await(t, in.res).Status)
	require.Equal(t, 1, in.heard.all[0].(notebook.DroppedOutput).Messages)
	require.True(t, fault.Is(k.Answer(t.Context(), strings.Repeat("x", 1<<20+1)), fault.TooLarge))
}

// TestQuestionsWithoutEnd: the last question can be answered, whatever came before.
func TestQuestionsWithoutEnd(t *testing.T) {
	k := newFake(t, nil)
	in := ask(k, "ask without end")
	for await(t, in.questions).Prompt != "last" {
	}
	require.NoError(t, k.Answer(t.Context(), "enough"))
	require.Equal(t, notebook.ExecuteOK, await(t, in.res).Status)
	require.Contains(t, in.heard.text(), "enough")
}
