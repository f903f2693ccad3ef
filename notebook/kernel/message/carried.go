package message

// What carries messages other than by ZeroMQ signs nothing and has channels of its
// own: a gateway's websocket has only header, parent header, metadata, content and
// buffers. These two turn that into frames and back.

// FramesOf makes the frames of an unsigned message of its parts, which an empty Key
// decodes.
func FramesOf(parts [][]byte) [][]byte {
	return append([][]byte{delimiter, nil}, parts...)
}

// PartsOf returns the parts of frames that Encode made.
func PartsOf(frames [][]byte) [][]byte { return frames[2:] }
