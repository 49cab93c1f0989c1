// floor: the least that a server can spend on giving one story to everybody, on this kernel.
//
// One epoll loop; a WebSocket port, and a plain TCP port where the bench sends stories as
// <u32 big-endian length><bytes>. Each becomes one frame, made once, and one send() a reader, in a
// burst too: a reader whose socket is full is sent the rest frame by frame when it has room again.
// No log, no page, no limits, no validation of what readers send: nothing but what cannot be left
// out.
//
//   floor WEBSOCKET_PORT CONTROL_PORT [coalesce] [deflate]
//
// coalesce: what has arrived together, or while a reader's socket was full, goes out in one send().
// deflate:  agrees to permessage-deflate without context takeover; compresses once for everybody.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum { MAX_READERS = 65536, REQUEST_MAX = 65536, CONTROL_MAX = 1 << 20 };

typedef struct {
	int fd;
	enum { READER_LISTENER, CONTROL_LISTENER, CONTROL, READER } kind;
	int open, deflate, place; // a reader after its handshake; its place among `readers`
	int full;                 // its socket took no more
	int next;                 // the frame it is sent next,
	size_t from;              // and from which byte of all frames
	char *request;            // the handshake, as far as it has come
	int request_len;
} conn;

// All frames that were ever made, one behind the other: a burst is a few MB. Frame i ends at ends[i].
typedef struct {
	char *bytes;
	size_t len, cap, *ends;
	int count, most;
} frames;

static int epoll, coalesce, offer_deflate, nreaders;
static conn *readers[MAX_READERS];
static unsigned char control[CONTROL_MAX];
static size_t control_len;
static frames plain, deflated;

static void watch(conn *c, int out) {
	struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c};
	epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

static void add(int fd, int kind) {
	conn *c = calloc(1, sizeof *c);
	c->fd = fd;
	c->kind = kind;
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static void drop(conn *c) {
	if (c->fd < 0) return;
	close(c->fd);
	c->fd = -1;
	if (c->open) {
		readers[c->place] = readers[--nreaders];
		readers[c->place]->place = c->place;
	}
	free(c->request);
	c->request = 0; // the struct is kept: an event may still point to it
}

static void listen_on(int port, int kind) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(fd, (void *)&a, sizeof a) || listen(fd, 4096)) {
		perror("listen");
		exit(1);
	}
	add(fd, kind);
}

static void accept_all(conn *listener) {
	int fd, one = 1;
	while ((fd = accept4(listener->fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		add(fd, listener->kind == READER_LISTENER ? READER : CONTROL);
	}
}

// ---- sending
static frames *frames_of(conn *c) { return c->deflate ? &deflated : &plain; }

static void become(conn *c, int full) {
	if (c->full != full) watch(c, full);
	c->full = full;
}

// Sends a reader what it has not had, a frame at a time; when coalescing, all of it.
static void give(conn *c) {
	frames *f = frames_of(c);
	while (c->next < f->count) {
		size_t end = coalesce ? f->len : f->ends[c->next];
		ssize_t sent = send(c->fd, f->bytes + c->from, end - c->from, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN) {
			drop(c);
			return;
		}
		if (sent > 0) c->from += sent;
		if (c->from < end) {
			become(c, 1);
			return;
		}
		c->next = coalesce ? f->count : c->next + 1;
	}
	become(c, 0);
}

static void broadcast(void) {
	for (int i = nreaders - 1; i >= 0; i--) // from behind: a reader that is dropped gives its place to the last
		if (!readers[i]->full) give(readers[i]);
}

// ---- frames
static void add_frame(frames *f, int rsv1, const void *p, size_t n) {
	if (f->len + n + 10 > f->cap) f->bytes = realloc(f->bytes, f->cap = (f->len + n + 10) * 2);
	unsigned char *b = (unsigned char *)f->bytes + f->len;
	size_t header = n < 126 ? 2 : n < 65536 ? 4 : 10;
	b[0] = 0x81 | rsv1;
	b[1] = header == 2 ? n : header == 4 ? 126 : 127;
	for (size_t i = 2; i < header; i++) b[i] = (uint64_t)n >> 8 * (header - 1 - i);
	memcpy(b + header, p, n);
	f->len += header + n;
	if (f->count == f->most) f->ends = realloc(f->ends, (f->most = f->most * 2 + 64) * sizeof *f->ends);
	f->ends[f->count++] = f->len;
}

static void add_deflated(const unsigned char *p, size_t n) {
	static z_stream z;
	static unsigned char *out;
	static size_t cap;
	if (!out) deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
	else deflateReset(&z);
	if (cap < n + n / 100 + 64) out = realloc(out, cap = 2 * n + 64);
	z.next_in = (unsigned char *)p;
	z.avail_in = n;
	z.next_out = out;
	z.avail_out = cap;
	deflate(&z, Z_SYNC_FLUSH);
	add_frame(&deflated, 0x40, out, cap - z.avail_out - 4); // without its 00 00 ff ff, RFC 7692, 7.2.1
}

static void take_stories(conn *c) {
	ssize_t n = recv(c->fd, control + control_len, sizeof control - control_len, 0);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN) {
			drop(c);
			control_len = 0;
		}
		return;
	}
	control_len += n;
	size_t p = 0;
	while (control_len - p >= 4) {
		uint32_t length;
		memcpy(&length, control + p, 4);
		length = ntohl(length);
		if (control_len - p - 4 < length) break;
		add_frame(&plain, 0, control + p + 4, length);
		if (offer_deflate) add_deflated(control + p + 4, length);
		p += 4 + length;
		if (!coalesce) broadcast();
	}
	if (coalesce && p) broadcast();
	memmove(control, control + p, control_len - p);
	control_len -= p;
}

// ---- readers
static void answer_handshake(conn *c, const char *key) {
	char in[128], b[512];
	unsigned char sha[SHA_DIGEST_LENGTH], accept[32];
	int n = snprintf(in, sizeof in, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	SHA1((unsigned char *)in, n, sha);
	EVP_EncodeBlock(accept, sha, sizeof sha);
	c->deflate = offer_deflate && strcasestr(c->request, "permessage-deflate");
	n = snprintf(b, sizeof b,
	             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	             "Sec-WebSocket-Accept: %s\r\n%s\r\n",
	             accept,
	             c->deflate ? "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
	                          "client_no_context_takeover\r\n"
	                        : "");
	free(c->request);
	c->request = 0;
	send(c->fd, b, n, MSG_NOSIGNAL);
	c->next = frames_of(c)->count;
	c->from = frames_of(c)->len;
	c->open = 1;
	c->place = nreaders;
	readers[nreaders++] = c;
}

static void take_request(conn *c) {
	static char b[REQUEST_MAX];
	ssize_t n = recv(c->fd, b, sizeof b, 0);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN) drop(c);
		return;
	}
	if (c->open) return; // what readers say (pongs, closes) is passed over
	c->request = realloc(c->request, c->request_len + n + 1);
	memcpy(c->request + c->request_len, b, n);
	c->request_len += n;
	c->request[c->request_len] = 0;
	if (!strstr(c->request, "\r\n\r\n")) return;
	char *key = strcasestr(c->request, "sec-websocket-key: ");
	if (key && nreaders < MAX_READERS) answer_handshake(c, key + 19);
	else drop(c);
}

static void handle(conn *c, unsigned events) {
	if (c->fd < 0) return;
	if (c->kind == READER_LISTENER || c->kind == CONTROL_LISTENER) {
		accept_all(c);
		return;
	}
	if (events & EPOLLOUT) give(c);
	if (c->fd < 0 || !(events & (EPOLLIN | EPOLLERR | EPOLLHUP))) return;
	if (c->kind == CONTROL) take_stories(c);
	else take_request(c);
}

int main(int argc, char **argv) {
	if (argc < 3) {
		fprintf(stderr, "floor WEBSOCKET_PORT CONTROL_PORT [coalesce] [deflate]\n");
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "coalesce")) coalesce = 1;
		if (!strcmp(argv[i], "deflate")) offer_deflate = 1;
	}
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN);
	epoll = epoll_create1(0);
	listen_on(atoi(argv[1]), READER_LISTENER);
	listen_on(atoi(argv[2]), CONTROL_LISTENER);
	struct epoll_event events[512];
	for (;;) {
		int n = epoll_wait(epoll, events, 512, -1);
		for (int i = 0; i < n; i++) handle(events[i].data.ptr, events[i].events);
	}
}
