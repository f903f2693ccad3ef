package interpreter

import "context"

// setUp is what administrators set up, as it was read. Each run asks what is offered,
// so it is remembered until authority moves, which every change of it does.
type setUp struct {
	rows        []InterpreterRow
	connections []ConnectionRow
	moved       <-chan struct{} // the gate's, from before it was read
}

// current returns what is set up now; it is not to be changed.
func (s *Service) current(ctx context.Context) (*setUp, error) {
	moved := s.Gate.Moved()
	if known := s.setUp.Load(); known != nil && known.moved == moved {
		return known, nil
	}
	read := &setUp{moved: moved}
	var err error
	if read.rows, err = s.Store.Interpreters(ctx); err != nil {
		return nil, err
	}
	if read.connections, err = s.Store.Connections(ctx); err != nil {
		return nil, err
	}
	s.setUp.Store(read)
	return read, nil
}

// change changes what is set up. When it returns, current knows.
func (s *Service) change(ctx context.Context, do func(Tx) error) error {
	epoch, err := s.Store.Change(ctx, do)
	if err == nil {
		s.Gate.Move(epoch)
	}
	return err
}
