// fanload: the load. Thousands of WebSocket readers in one epoll loop, which check all they get.
//
// Every data message is searched for the ASCII marker  #<seq>@<ns>#  : seq counts the bench's own
// stories from 0, ns is CLOCK_REALTIME in nanoseconds when the story was published. The search
// runs over the payload as a stream of bytes, whatever the envelope: a marker that is cut by a
// frame's or a read's end is found, and so is each of several in one frame.
//
// Lines on stdout:
//   READY {json}  every connection is up, or has failed
//   WARM          the first --skip stories have come everywhere; bytes count from here
//   ALL <seq>     this story has come everywhere (with --tell)
//   HEARD <ns>    something came after half a second of silence (with --tell, without --expect);
//                 CLOCK_MONOTONIC
//   DONE {json}   the result. With --linger the connections stay, and pings are answered, until
//                 stdin closes, so that the caller can look at the server meanwhile.
//
// What limits it: it runs on one core and costs 3 to 8 µs a message, so a server that is faster
// than that waits for it; a latency includes the time until this loop reads the socket. Client
// frames are masked with zero, which is legal and cheap. Connections are reset, not closed, at the
// end, so that no TIME_WAIT of one round burdens the next.
//
// Each reader must have every story once, and in the order of their numbers. Where several desks
// publish at once (--any-order), numbers are not in the log's order; so of the order in which each
// reader got its stories a hash is kept: the result says how many readers had another order than
// the first one, and that one's hash, for the caller to compare with the log's.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

typedef uint8_t u8;
typedef uint64_t u64;
typedef int64_t i64;

#define STAY_AWAKE 0.002 // seconds
#define SILENCE 0.5
#define ORDER_FACTOR 1099511628211ull

enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum { MARKER_MAX = 60, HEADER_DONE = 0xff, BUFFER = 1 << 18, INFLATED = 1 << 20 };

typedef struct {
	int fd;
	enum { NONE, CONNECTING, HANDSHAKE, OPEN, CLOSED } state;
	u8 ready, slow, paused;
	u8 deflate, takeover; // what the server agreed to

	u8 header[14], header_len; // of the current frame; HEADER_DONE: in its payload
	u8 opcode, fin, compressed;
	u64 left; // payload bytes of the current frame still to come
	u8 control[125];
	int control_len;
	char cut[64]; // a marker that the last chunk ended in
	int cut_len;
	int ready_matched; // characters of --ready-on that the last chunk ended in

	z_stream *inflater; // keeps its window, for context takeover
	u8 *gathered;       // a compressed message, without takeover
	size_t gathered_len, gathered_cap;

	char *unsent;
	size_t unsent_len, unsent_cap;
	char *response; // to the handshake, as far as it has come
	int response_len;

	i64 last_seq;
	u64 count, gaps, repeated, out_of_order;
	u64 began; // ns, monotonic
	u64 order; // a hash over the stories' numbers, as they came
	u8 *seen;  // a bit for each story
} conn;

typedef struct {
	u64 published, first, last;
	int received;
} story;

// ---- options
static const char *path = "/", *subprotocol, *ready_on, *headers[16];
static int port, wanted = 1, inflight = 256, want_deflate, linger, tell, any_order, slow_wanted, nheaders;
static double deadline = 600, ready_deadline = 120, quiet = 5, slow_for, return_every;
static i64 expect, skip;

// ---- state
static conn *conns;
static story *stories;
static int slow_paused, returns;
static int epoll, opened, up, ready_all, ready_fast, failed, closed_later, under_way, close_code = -1;
static u64 started, ready_at, last_byte_at, last_story_at, now; // ns, monotonic; now: realtime, of the last read
static u64 bytes, frames, pings, bad, received_all, received_warm, deliveries, slow_deliveries;
static char first_error[200];
static u8 *buffer, *inflated;
static volatile sig_atomic_t stop;

static u64 clock_ns(int clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static double seconds_since(u64 then) { return (clock_ns(CLOCK_MONOTONIC) - then) / 1e9; }

static void die(const char *what) {
	perror(what);
	exit(2);
}

static void *checked(void *memory) {
	if (!memory) die("memory");
	return memory;
}

// ---- latencies: a log-linear histogram, 64 steps to the octave (an error below 1.6 %)
enum { STEPS = 64, BUCKETS = 64 * STEPS };
typedef struct {
	u64 bucket[BUCKETS], count, max;
} histogram;
static histogram fast_latency, slow_latency;

static int bucket_of(u64 v) {
	if (v < STEPS) return v;
	int octave = 63 - __builtin_clzll(v);
	return (octave - 5) * STEPS + ((v >> (octave - 6)) & (STEPS - 1));
}

static u64 value_of(int bucket) {
	if (bucket < STEPS) return bucket;
	int octave = bucket / STEPS + 5;
	return (u64)(STEPS + bucket % STEPS) << (octave - 6);
}

static void note_latency(histogram *h, u64 v) {
	h->bucket[bucket_of(v)]++;
	h->count++;
	if (v > h->max) h->max = v;
}

static double percentile_us(const histogram *h, double p) {
	u64 rank = p * h->count, before = 0;
	for (int i = 0; i < BUCKETS; i++)
		if ((before += h->bucket[i]) > rank) return value_of(i) / 1e3;
	return h->max / 1e3;
}

// ---- stories
static void got(conn *c, i64 seq, u64 published) {
	if (seq >= expect) {
		bad++;
		return;
	}
	last_story_at = clock_ns(CLOCK_MONOTONIC);
	if (!c->seen) c->seen = checked(calloc(1, expect / 8 + 1));
	if (c->seen[seq >> 3] & (1 << (seq & 7))) {
		c->repeated++;
		return;
	}
	c->seen[seq >> 3] |= 1 << (seq & 7);
	c->order = c->order * ORDER_FACTOR + seq + 1;
	if (any_order) {
		// judged at the end
	} else if (seq > c->last_seq) {
		c->gaps += seq - c->last_seq - 1;
		c->last_seq = seq;
	} else {
		c->out_of_order++;
	}
	c->count++;
	received_all++;
	u64 latency = now > published ? now - published : 0;
	if (c->slow) {
		slow_deliveries++;
		note_latency(&slow_latency, latency);
		return;
	}
	story *s = &stories[seq];
	s->published = published;
	if (!s->first) s->first = now;
	s->last = now;
	if (++s->received == ready_fast && tell) {
		printf("ALL %ld\n", seq);
		fflush(stdout);
	}
	if (seq >= skip) {
		deliveries++;
		note_latency(&fast_latency, latency);
	} else if (++received_warm == (u64)skip * ready_fast) {
		printf("WARM\n");
		fflush(stdout);
		bytes = frames = 0;
	}
}

enum { NO_MARKER, MARKER, CUT_OFF };

// Reads the marker that may begin at p ('#').
static int parse_marker(const u8 *p, const u8 *end, i64 *seq, u64 *ns, int *used) {
	const u8 *s = p + 1;
	u64 number[2] = {0, 0};
	for (int part = 0; part < 2; part++) {
		int digits = 0;
		for (; s < end && *s >= '0' && *s <= '9' && digits < 19; s++, digits++)
			number[part] = number[part] * 10 + (*s - '0');
		if (s == end) return CUT_OFF;
		if (!digits || *s++ != "@#"[part]) return NO_MARKER;
	}
	*seq = number[0];
	*ns = number[1];
	*used = s - p;
	return MARKER;
}

static void find_markers(conn *c, const u8 *p, size_t n) {
	i64 seq;
	u64 ns;
	int used;
	if (c->cut_len) {
		u8 joined[128];
		int before = c->cut_len, more = n < 64 ? (int)n : 64;
		memcpy(joined, c->cut, before);
		memcpy(joined + before, p, more);
		c->cut_len = 0;
		int found = parse_marker(joined, joined + before + more, &seq, &ns, &used);
		if (found == MARKER) {
			got(c, seq, ns);
			if (used > before) p += used - before, n -= used - before;
		} else if (found == CUT_OFF && before + more < MARKER_MAX) {
			memcpy(c->cut, joined, before + more);
			c->cut_len = before + more;
			return;
		}
	}
	const u8 *end = p + n;
	while ((p = memchr(p, '#', end - p))) {
		int found = parse_marker(p, end, &seq, &ns, &used);
		if (found == MARKER) {
			got(c, seq, ns);
			p += used;
		} else if (found == CUT_OFF && end - p < MARKER_MAX) {
			memcpy(c->cut, p, end - p);
			c->cut_len = end - p;
			return;
		} else {
			p++;
		}
	}
}

// ---- writing
static void watch(conn *c) {
	int out = c->unsent_len || c->state == CONNECTING;
	struct epoll_event e = {.events = (c->paused ? 0 : EPOLLIN) | (out ? EPOLLOUT : 0), .data.ptr = c};
	epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

static void put(conn *c, const void *p, size_t n) {
	if (!c->unsent_len) {
		ssize_t sent = send(c->fd, p, n, MSG_NOSIGNAL);
		if (sent == (ssize_t)n) return;
		if (sent > 0) p = (const char *)p + sent, n -= sent;
	}
	if (c->unsent_len + n > c->unsent_cap)
		c->unsent = checked(realloc(c->unsent, c->unsent_cap = c->unsent_len + n + 256));
	memcpy(c->unsent + c->unsent_len, p, n);
	c->unsent_len += n;
	watch(c);
}

static void send_unsent(conn *c) {
	ssize_t sent = send(c->fd, c->unsent, c->unsent_len, MSG_NOSIGNAL);
	if (sent > 0) {
		memmove(c->unsent, c->unsent + sent, c->unsent_len - sent);
		c->unsent_len -= sent;
	}
	if (c->unsent_len) return;
	free(c->unsent);
	c->unsent = 0;
	c->unsent_cap = 0;
	watch(c);
}

static void put_control(conn *c, int opcode, const u8 *p, int n) {
	u8 frame[6 + 125] = {0x80 | opcode, 0x80 | n, 0, 0, 0, 0};
	memcpy(frame + 6, p, n);
	put(c, frame, 6 + n);
}

// ---- a connection's end and beginning
static void shut(conn *c, const char *why) {
	if (c->state == CLOSED) return;
	if (!first_error[0]) snprintf(first_error, sizeof first_error, "%s", why);
	if (c->ready) {
		closed_later++;
	} else {
		failed++;
		under_way--;
	}
	if (c->state == OPEN) up--;
	c->state = CLOSED;
	close(c->fd);
	if (c->inflater) inflateEnd(c->inflater);
	free(c->inflater);
	free(c->unsent);
	free(c->gathered);
	free(c->response);
	c->inflater = 0;
	c->unsent = c->response = 0;
	c->gathered = 0;
	c->unsent_len = 0;
}

static void mark_ready(conn *c) {
	if (c->ready) return;
	c->ready = 1;
	under_way--;
	ready_all++;
	ready_fast += !c->slow;
}

// ---- data, in the order of the stream
static void look_for_ready(conn *c, const u8 *p, size_t n) {
	// --ready-on begins with a character that does not recur in it, so no other state is needed.
	for (size_t i = 0; i < n; i++) {
		if (p[i] == (u8)ready_on[c->ready_matched]) {
			if (!ready_on[++c->ready_matched]) {
				mark_ready(c);
				return;
			}
		} else {
			c->ready_matched = p[i] == (u8)ready_on[0];
		}
	}
}

static void data(conn *c, const u8 *p, size_t n) {
	if (!c->ready && ready_on) look_for_ready(c, p, n);
	if (expect) find_markers(c, p, n); // a snapshot has stories too, which nobody waits for
}

static z_stream *new_inflater(void) {
	z_stream *z = checked(calloc(1, sizeof *z));
	if (inflateInit2(z, -15) != Z_OK) die("inflateInit2");
	return z;
}

static void inflate_into_data(conn *c, const u8 *p, size_t n) {
	z_stream *z = c->inflater ? c->inflater : (c->inflater = new_inflater());
	z->next_in = (u8 *)p;
	z->avail_in = n;
	do {
		z->next_out = inflated;
		z->avail_out = INFLATED;
		int result = inflate(z, Z_SYNC_FLUSH);
		size_t length = INFLATED - z->avail_out;
		if (length) data(c, inflated, length);
		if (result == Z_STREAM_END) inflateReset(z);
		else if (result == Z_BUF_ERROR) return;
		else if (result != Z_OK) {
			bad++;
			shut(c, "what came does not inflate");
			return;
		}
	} while (z->avail_in || !z->avail_out);
}

static const u8 END_OF_MESSAGE[4] = {0, 0, 0xff, 0xff}; // RFC 7692, 7.2.2

static void gather(conn *c, const u8 *p, size_t n) {
	if (c->gathered_len + n > c->gathered_cap)
		c->gathered = checked(realloc(c->gathered, c->gathered_cap = c->gathered_len + n + 1024));
	memcpy(c->gathered + c->gathered_len, p, n);
	c->gathered_len += n;
}

// Without takeover every reader is sent the same bytes: the last message's text is kept, so that
// the load does not spend its core on inflating it a thousand times.
static void inflate_gathered(conn *c) {
	static z_stream *z;
	static u8 *known, *text;
	static size_t known_len, text_len;
	if (known && known_len == c->gathered_len && !memcmp(known, c->gathered, known_len)) {
		c->gathered_len = 0;
		data(c, text, text_len);
		return;
	}
	if (!z) z = new_inflater();
	inflateReset(z);
	known_len = c->gathered_len;
	gather(c, END_OF_MESSAGE, sizeof END_OF_MESSAGE);
	known = checked(realloc(known, c->gathered_len));
	memcpy(known, c->gathered, c->gathered_len);
	z->next_in = known;
	z->avail_in = c->gathered_len;
	text = checked(realloc(text, INFLATED));
	z->next_out = text;
	z->avail_out = INFLATED;
	int result = inflate(z, Z_SYNC_FLUSH);
	if (result < 0 || !z->avail_out) bad++;
	text_len = INFLATED - z->avail_out;
	c->gathered_len = 0;
	data(c, text, text_len);
}

static void message_end(conn *c) {
	if (!c->compressed) return;
	if (c->takeover) inflate_into_data(c, END_OF_MESSAGE, sizeof END_OF_MESSAGE);
	else inflate_gathered(c);
}

// ---- frames, as a stream
static void control_end(conn *c) {
	if (c->opcode == OP_PING) {
		pings++;
		put_control(c, OP_PONG, c->control, c->control_len);
	} else if (c->opcode == OP_CLOSE) {
		char why[160];
		if (c->control_len >= 2) close_code = c->control[0] << 8 | c->control[1];
		int said = c->control_len > 2 ? c->control_len - 2 : 0;
		snprintf(why, sizeof why, "close frame %d %.*s", close_code, said, c->control + 2);
		put_control(c, OP_CLOSE, c->control, c->control_len >= 2 ? 2 : 0);
		shut(c, why);
	}
}

// Takes a byte of the header; whether it was the last.
static int header_byte(conn *c, u8 byte) {
	c->header[c->header_len++] = byte;
	if (c->header_len < 2) return 0;
	int length = c->header[1] & 127, extra = length == 126 ? 2 : length == 127 ? 8 : 0;
	if (c->header_len < 2 + extra) return 0;
	u64 left = extra ? 0 : length;
	for (int i = 0; i < extra; i++) left = left << 8 | c->header[2 + i];
	c->header_len = HEADER_DONE;
	c->left = left;
	c->fin = c->header[0] >> 7;
	c->opcode = c->header[0] & 15;
	frames++;
	if (c->opcode >= OP_CLOSE) c->control_len = 0;
	else if (c->opcode) c->compressed = (c->header[0] >> 6) & 1; // 0 continues a message
	return 1;
}

static const char *wrong_header(conn *c) {
	if (c->header[1] & 128) return "masked frame from the server";
	if (c->header[0] & 0x30) return "reserved bits";
	if (c->opcode < OP_CLOSE && c->compressed && !c->deflate) return "compressed without agreement";
	if (c->opcode >= OP_CLOSE && (c->left > 125 || !c->fin)) return "bad control frame";
	return 0;
}

static void payload(conn *c, const u8 *p, size_t n) {
	if (c->opcode >= OP_CLOSE) {
		memcpy(c->control + c->control_len, p, n);
		c->control_len += n;
	} else if (!c->compressed) {
		data(c, p, n);
	} else if (c->takeover) {
		inflate_into_data(c, p, n);
	} else {
		gather(c, p, n);
	}
}

static void take_frames(conn *c, const u8 *p, size_t n) {
	while (n && c->state == OPEN) {
		if (c->header_len != HEADER_DONE) {
			p++, n--;
			if (!header_byte(c, p[-1])) continue;
			const char *wrong = wrong_header(c);
			if (wrong) {
				bad++;
				shut(c, wrong);
				return;
			}
		}
		size_t here = n < c->left ? n : c->left;
		if (here) payload(c, p, here);
		p += here, n -= here, c->left -= here;
		if (c->left || c->state != OPEN) continue;
		c->header_len = 0;
		if (c->opcode >= OP_CLOSE) control_end(c);
		else if (c->fin) message_end(c);
	}
}

// ---- the handshake
static void say_hello(conn *c) {
	int error = 0;
	socklen_t size = sizeof error;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		shut(c, strerror(error));
		return;
	}
	char b[4096];
	int n = snprintf(b, sizeof b,
	                 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
	                 "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://127.0.0.1:%d\r\n",
	                 path, port, port);
	if (subprotocol) n += snprintf(b + n, sizeof b - n, "Sec-WebSocket-Protocol: %s\r\n", subprotocol);
	if (want_deflate)
		n += snprintf(b + n, sizeof b - n,
		              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
	for (int i = 0; i < nheaders; i++) n += snprintf(b + n, sizeof b - n, "%s\r\n", headers[i]);
	n += snprintf(b + n, sizeof b - n, "\r\n");
	c->state = HANDSHAKE;
	put(c, b, n);
	watch(c);
}

static int accepted(conn *c, char *response) {
	if (strncmp(response, "HTTP/1.1 101", 12)) {
		char why[80];
		snprintf(why, sizeof why, "handshake: %.60s", response);
		for (char *q = why; *q; q++)
			if (*q < 32 || *q == '"') *q = ' ';
		shut(c, why);
		return 0;
	}
	char *extensions = strcasestr(response, "\r\nsec-websocket-extensions:");
	if (extensions) {
		char *end = strstr(extensions + 2, "\r\n");
		if (end) *end = 0;
		c->deflate = strcasestr(extensions, "permessage-deflate") != 0;
		c->takeover = !strcasestr(extensions, "server_no_context_takeover");
	}
	return 1;
}

static void take_response(conn *c, const u8 *p, size_t n) {
	c->response = checked(realloc(c->response, c->response_len + n + 1));
	memcpy(c->response + c->response_len, p, n);
	c->response_len += n;
	c->response[c->response_len] = 0;
	char *end = strstr(c->response, "\r\n\r\n");
	if (!end) {
		if (c->response_len > 16384) shut(c, "the handshake's answer is too long");
		return;
	}
	char *response = c->response;
	*end = 0;
	c->response = 0;
	if (accepted(c, response)) {
		c->state = OPEN;
		up++;
		watch(c);
		if (!ready_on) mark_ready(c);
		take_frames(c, (u8 *)end + 4, response + c->response_len - (end + 4));
		if (slow_paused && c->slow && c->state == OPEN) {
			c->paused = 1;
			watch(c);
		}
	}
	free(response);
}

// ---- sockets
static void note_bytes(ssize_t n) {
	u64 before = last_byte_at;
	bytes += n;
	last_byte_at = clock_ns(CLOCK_MONOTONIC);
	if (tell && !expect && last_byte_at - before > SILENCE * 1e9) {
		printf("HEARD %lu\n", last_byte_at);
		fflush(stdout);
	}
}

static void take(conn *c) {
	for (int i = 0; i < 4; i++) {
		ssize_t n = recv(c->fd, buffer, BUFFER, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
		if (n <= 0) {
			shut(c, n ? strerror(errno) : "end of stream");
			return;
		}
		now = clock_ns(CLOCK_REALTIME);
		if (ready_at) note_bytes(n);
		if (c->state == OPEN) take_frames(c, buffer, n);
		else take_response(c, buffer, n);
		if (c->state == CLOSED || n < BUFFER) return;
	}
}

static int is_slow(int i) {
	if (!slow_wanted) return 0;
	int every = wanted / slow_wanted;
	return i % every == 0 && i / every < slow_wanted;
}

static void start(conn *c, int i) {
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) die("socket");
	int one = 1;
	struct linger reset = {1, 0};
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
	// Eight source addresses: one has 28,000 ports at most, and a search among few free ones is slow.
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + i % 8)};
	if (bind(c->fd, (void *)&a, sizeof a)) die("bind");
	a.sin_port = htons(port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->state = CONNECTING;
	c->began = clock_ns(CLOCK_MONOTONIC);
	struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
	epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
	if (connect(c->fd, (void *)&a, sizeof a) && errno != EINPROGRESS) shut(c, strerror(errno));
}

static void open_one(int i) {
	conns[i].last_seq = -1;
	conns[i].slow = is_slow(i);
	under_way++;
	opened++;
	start(&conns[i], i);
}

// A server may have sent a reader away that reads nothing, which does not see that. So from time to
// time it comes back, from the start, and stops again.
static void come_back(conn *c) {
	shut(c, "came back");
	conn again = {.ready = 1, .slow = 1, .seen = c->seen, .last_seq = -1};
	if (c->seen) memset(c->seen, 0, expect / 8 + 1);
	*c = again;
	returns++;
	start(c, c - conns);
}

static void handle(conn *c, unsigned events) {
	if (c->state == CLOSED) return;
	if (c->state == CONNECTING) {
		say_hello(c);
		return;
	}
	if ((events & EPOLLOUT) && c->unsent_len) send_unsent(c);
	if (c->paused) {
		if (events & (EPOLLERR | EPOLLHUP)) shut(c, "reset while it did not read");
		return;
	}
	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) take(c);
}

// ---- the result
static int by_value(const void *a, const void *b) {
	u64 x = *(const u64 *)a, y = *(const u64 *)b;
	return x < y ? -1 : x > y;
}

typedef struct {
	u64 missing, gaps, repeated, out_of_order, order;
	int n, alive, complete, deflate, disagreeing;
} tally;

static tally tally_of(int slow) {
	tally t = {0};
	for (int i = 0; i < opened; i++) {
		conn *c = &conns[i];
		if (c->slow != slow) continue;
		u64 missing = c->ready ? expect - c->count : 0;
		t.n++;
		t.alive += c->state == OPEN;
		if (c->ready && !missing) {
			if (!t.complete++) t.order = c->order;
			t.disagreeing += c->order != t.order;
		}
		t.deflate += c->deflate;
		t.missing += missing;
		t.gaps += c->gaps;
		t.repeated += c->repeated;
		t.out_of_order += c->out_of_order;
	}
	return t;
}

static void print_tally(const char *name, tally t, u64 count, const histogram *h) {
	printf("\"%s\":{\"n\":%d,\"alive\":%d,\"complete\":%d,\"deflate\":%d,\"deliveries\":%lu,\"missing\":%lu,"
	       "\"gaps\":%lu,\"repeated\":%lu,\"out_of_order\":%lu,\"order\":\"%016lx\",\"disagreeing\":%d,"
	       "\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f}",
	       name, t.n, t.alive, t.complete, t.deflate, count, t.missing, t.gaps, t.repeated, t.out_of_order, t.order,
	       t.disagreeing,
	       percentile_us(h, .5), percentile_us(h, .99), h->max / 1e3);
}

static void report(const char *why) {
	u64 *first = checked(calloc(expect + 1, 8)), *last = checked(calloc(expect + 1, 8));
	i64 n = 0;
	for (i64 i = skip; i < expect; i++) {
		if (!stories[i].received) continue;
		first[n] = stories[i].first - stories[i].published;
		last[n++] = stories[i].last - stories[i].published;
	}
	qsort(first, n, 8, by_value);
	qsort(last, n, 8, by_value);
	printf("DONE {\"why\":\"%s\",\"wanted\":%d,\"ready\":%d,\"failed\":%d,\"closed\":%d,\"returns\":%d,\"close_code\":%d,\"error\":\"%s\",",
	       why, wanted, ready_all, failed, closed_later, returns, close_code, first_error);
	printf("\"bytes\":%lu,\"frames\":%lu,\"pings\":%lu,\"bad\":%lu,\"until_last_byte_s\":%.6f,", bytes, frames, pings,
	       bad, last_byte_at > started ? (last_byte_at - started) / 1e9 : 0);
	printf("\"first_us\":%.1f,\"last_us\":%.1f,", n ? first[n / 2] / 1e3 : 0, n ? last[n / 2] / 1e3 : 0);
	print_tally("good", tally_of(0), deliveries, &fast_latency);
	printf(",");
	print_tally("slow", tally_of(1), slow_deliveries, &slow_latency);
	printf("}\n");
	fflush(stdout);
	free(first);
	free(last);
}

static void become_ready(void) {
	ready_at = clock_ns(CLOCK_MONOTONIC);
	printf("READY {\"ready\":%d,\"failed\":%d,\"connecting_s\":%.4f,\"error\":\"%s\"}\n", ready_all, failed,
	       (ready_at - started) / 1e9, first_error);
	fflush(stdout);
}

static void pause_slow(int paused) {
	for (int i = 0; i < opened; i++) {
		if (!conns[i].slow || conns[i].state != OPEN || conns[i].paused == paused) continue;
		conns[i].paused = paused;
		watch(&conns[i]);
	}
}

static void let_slow_come_back(void) {
	static u64 looked_at;
	if (!slow_paused || !return_every || seconds_since(looked_at) < 0.1) return;
	looked_at = clock_ns(CLOCK_MONOTONIC);
	for (int i = 0; i < opened; i++)
		if (conns[i].slow && seconds_since(conns[i].began) > return_every) come_back(&conns[i]);
}

static const char *ended(void) {
	if (ready_at && expect && received_all >= (u64)expect * ready_all) return "complete";
	if (seconds_since(started) > deadline) return "deadline";
	if (!ready_at) return 0;
	if (!up) return "all closed";
	// What was missing after so long a silence will not come. Without stories there is no end but stdin's.
	if (expect && !slow_paused && seconds_since(last_story_at > ready_at ? last_story_at : ready_at) > quiet)
		return "quiet";
	return 0;
}

static int stdin_closed(void) {
	struct pollfd p = {0, POLLIN, 0};
	char b[64];
	return poll(&p, 1, 0) > 0 && read(0, b, sizeof b) <= 0;
}

static void on_signal(int signal) {
	(void)signal;
	stop = 1;
}

// A sleeping reader has to be woken by whoever sends to it: loopback makes the server pay for that,
// a network would not, and only servers slower than this loop would pay it again and again. So the
// load does not sleep until nothing has come for a while.
static int awake(void) { return last_byte_at && seconds_since(last_byte_at) < STAY_AWAKE; }

static void run(void) {
	struct epoll_event events[1024];
	int reported = 0;
	while (!stop) {
		while (opened < wanted && under_way < inflight) open_one(opened);
		int n = epoll_wait(epoll, events, 1024, awake() ? 0 : ready_at ? 20 : 5);
		now = clock_ns(CLOCK_REALTIME);
		for (int i = 0; i < n; i++) handle(events[i].data.ptr, events[i].events);
		if (!ready_at && (ready_all + failed >= wanted || seconds_since(started) > ready_deadline)) {
			become_ready();
			if (slow_wanted) pause_slow(slow_paused = 1);
		}
		if (slow_paused && seconds_since(ready_at) > slow_for) pause_slow(slow_paused = 0);
		let_slow_come_back();
		const char *why = reported ? 0 : ended();
		if (!reported && !why && ready_at && !expect && stdin_closed()) why = "asked to end";
		if (why) {
			report(why);
			reported = 1;
			if (!linger) return;
		}
		if (reported && stdin_closed()) return;
	}
	if (!reported) report("signal");
}

static const char *USAGE =
    "fanload --port P [options]: readers on 127.0.0.1\n"
    "  --path /  --subprotocol NAME  --header 'K: V'  (a header more, up to 16 times)\n"
    "  --n N                     readers\n"
    "  --inflight 256            handshakes under way at once\n"
    "  --deflate                 offer permessage-deflate\n"
    "  --ready-on TEXT           a reader is up when TEXT came (else: with the handshake)\n"
    "  --expect M                stories for each reader; ends when all have them (else: with stdin)\n"
    "  --skip W                  the first W of them are warm-up\n"
    "  --tell                    say when a story is everywhere\n"
    "  --any-order               the stories' numbers need not come in order\n"
    "  --slow K --slow-for S     K readers read nothing for the first S seconds\n"
    "  --return-every S          while they do not read, they come back from the start every S seconds\n"
    "  --quiet 5                 give up so many seconds after the last story\n"
    "  --deadline 600  --ready-deadline 120\n"
    "  --linger                  keep the connections after DONE, until stdin closes\n";

static const struct option OPTIONS[] = {
    {"port", 1, 0, 'p'},     {"path", 1, 0, 'a'},           {"subprotocol", 1, 0, 'u'}, {"header", 1, 0, 'h'},
    {"n", 1, 0, 'n'},        {"inflight", 1, 0, 'i'},       {"deflate", 0, 0, 'z'},     {"ready-on", 1, 0, 'r'},
    {"expect", 1, 0, 'm'},   {"skip", 1, 0, 'w'},           {"tell", 0, 0, 't'},        {"slow", 1, 0, 's'},
    {"slow-for", 1, 0, 'f'}, {"quiet", 1, 0, 'q'},          {"deadline", 1, 0, 'd'},    {"ready-deadline", 1, 0, 'e'},
    {"linger", 0, 0, 'l'},   {"any-order", 0, 0, 'o'},      {"return-every", 1, 0, 'b'},
    {0, 0, 0, 0}};

static int read_option(int option) {
	switch (option) {
	case 'p': port = atoi(optarg); return 1;
	case 'a': path = optarg; return 1;
	case 'u': subprotocol = optarg; return 1;
	case 'h': if (nheaders < 16) headers[nheaders++] = optarg; return 1;
	case 'n': wanted = atoi(optarg); return 1;
	case 'i': inflight = atoi(optarg); return 1;
	case 'z': want_deflate = 1; return 1;
	case 'r': ready_on = optarg; return 1;
	case 'm': expect = atoll(optarg); return 1;
	case 'w': skip = atoll(optarg); return 1;
	case 't': tell = 1; return 1;
	case 's': slow_wanted = atoi(optarg); return 1;
	case 'f': slow_for = atof(optarg); return 1;
	case 'q': quiet = atof(optarg); return 1;
	case 'd': deadline = atof(optarg); return 1;
	case 'e': ready_deadline = atof(optarg); return 1;
	case 'l': linger = 1; return 1;
	case 'o': any_order = 1; return 1;
	case 'b': return_every = atof(optarg); return 1;
	default: return 0;
	}
}

int main(int argc, char **argv) {
	int option, understood = 1;
	while ((option = getopt_long(argc, argv, "", OPTIONS, 0)) != -1) understood &= read_option(option);
	if (!understood || !port || wanted < 1 || slow_wanted > wanted) {
		fputs(USAGE, stderr);
		return 2;
	}
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGPIPE, SIG_IGN);
	buffer = checked(malloc(BUFFER));
	inflated = checked(malloc(INFLATED));
	conns = checked(calloc(wanted, sizeof *conns));
	stories = checked(calloc(expect + 1, sizeof *stories));
	epoll = epoll_create1(0);
	started = clock_ns(CLOCK_MONOTONIC);
	run();
	return 0;
}
