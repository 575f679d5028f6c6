package sim

import (
	"bytes"
	"encoding/binary"
	"time"
)

// voiceMost is the longest voice that WeChat takes (protocol 6.10).
const voiceMost = 60 * time.Second

// voiceLength is how long an AMR or MP3 file plays, as its frames tell; 0 = it cannot be known.
func voiceLength(data []byte) time.Duration {
	if frames, ok := bytes.CutPrefix(data, []byte("#!AMR\n")); ok {
		return amrLength(frames, []int{13, 14, 16, 18, 20, 21, 27, 32, 6})
	}
	if frames, ok := bytes.CutPrefix(data, []byte("#!AMR-WB\n")); ok {
		return amrLength(frames, []int{18, 24, 33, 37, 41, 47, 51, 59, 61, 6})
	}
	return mp3Length(data)
}

// amrLength counts frames of 20 ms (RFC 4867). The first byte of each tells its type, sizes the bytes of the
// types; type 15 is a frame without data.
func amrLength(frames []byte, sizes []int) time.Duration {
	const noData = 15
	var length time.Duration
	for len(frames) > 0 {
		kind, size := int(frames[0]>>3&15), 1
		switch {
		case kind < len(sizes):
			size = sizes[kind]
		case kind != noData:
			return 0
		}
		length += 20 * time.Millisecond
		frames = frames[min(size, len(frames)):]
	}
	return length
}

// mp3Length adds up the frames behind an ID3 tag, up to the first bytes that are no frame.
func mp3Length(data []byte) time.Duration {
	if len(data) >= 10 && string(data[:3]) == "ID3" {
		size := int(data[6]&127)<<21 | int(data[7]&127)<<14 | int(data[8]&127)<<7 | int(data[9]&127)
		data = data[min(10+size, len(data)):]
	}
	var length time.Duration
	for len(data) >= 4 {
		size, plays := mp3Frame(binary.BigEndian.Uint32(data))
		if size == 0 {
			break
		}
		length += plays
		data = data[min(size, len(data)):]
	}
	return length
}

// mp3Frame reads the head of a frame of layer III (ISO 11172-3, 13818-3, and MPEG 2.5): its bytes and how
// long it plays. size 0 = it is none.
func mp3Frame(head uint32) (size int, plays time.Duration) {
	const mpeg25, reserved, mpeg1, layerIII = 0, 1, 3, 1
	version, bitrate, rate := head>>19&3, head>>12&15, head>>10&3
	if head>>21 != 0x7FF || version == reserved || head>>17&3 != layerIII || bitrate == 0 || bitrate == 15 || rate == 3 {
		return 0, 0
	}
	kilobits := [15]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}[bitrate]
	hertz, samples := [3]int{22050, 24000, 16000}[rate], 576
	switch version {
	case mpeg1:
		kilobits = [15]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}[bitrate]
		hertz, samples = 2*hertz, 1152
	case mpeg25:
		hertz /= 2
	}
	padding := int(head >> 9 & 1)
	return samples/8*kilobits*1000/hertz + padding, time.Duration(samples) * time.Second / time.Duration(hertz)
}
