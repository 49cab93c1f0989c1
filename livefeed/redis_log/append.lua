-- Append one entry to a feed's log: all of it or nothing, and once for each publication id.
--
-- A script that fails midway keeps what it wrote. So it first reads and decides, noting its writes
-- in a list; then asks the server whether this user may make each of them; then makes them, the
-- PUBLISH last. Where Redis is full or a replica, it refuses the first write, and nothing happened.
--
-- KEYS   1 log  2 head  3 facts  4 stories  5 held  6 texts  7 order  8 pinned  9 ids  10 likes
--        (livefeed.redis_log.keys). Beside them `<channel>:liked:<number>` of stories that are no
--        longer kept are deleted: their names are made here from the channel's, with its hash tag.
-- ARGV   1 what is asked, a MessagePack map:
--            channel, feed      where to append
--            op, id, digest     which change; the publication id (UUIDv7); the request's SHA-1
--            number             the story's number; 0 with `publish` and `feed`
--            if_rev             optional: the revision that the story must have
--            redacts            true: the story's earlier texts leave the log
--            count, story_at    how many pairs ARGV 2 has; the offset of its pair `story`, if any
--            facts              with `feed`: a map of the facts that change
--            root, keep         with a `feed` that makes the feed: its root and its limits
--        2 the publisher's pairs: MessagePack, without the map's header, `story` last
-- Result an array of strings, the first saying what happened:
--            appended seq tag at number rev
--            repeated seq tag at number rev   this id was appended before ("" for a lost `at`)
--            id-reused seq number rev         this id belongs to another request
--            id-expired at                    this id is older than ids are kept
--            unknown-feed | feed-exists | unknown-story
--            state entry                      the story is held or killed: its newest entry
--            revision rev entry               the story is at another revision: its newest entry
--            not-permitted command            this user may not do what the append has to
--            unusable reason                  the keys are no log of livefeed, Redis too old
--            malformed reason                 the arguments are no request of livefeed

local ID_LIFETIME = 24 * 60 * 60 * 1000 -- ms
local LARGEST_ENTRY = 512 * 1024 -- bytes
local HEADER_VALUES = 16 -- v feed seq tag at number rev op, each a key and a value
local STORY_KEY = cmsgpack.pack('story')
local WITHDRAWN_PAIR = cmsgpack.pack('withdrawn') .. cmsgpack.pack(true)

-- What each operation does. `carries`: it has a story. `at_hold`: a held story takes it too, and
-- with `only_at_hold` no other; a killed one takes nothing.
local OPS = {
  publish = { new = true, carries = true },
  update = { carries = true },
  correct = { carries = true },
  refile = { carries = true },
  hold = { withdraws = true },
  release = { at_hold = true, only_at_hold = true, carries = true },
  kill = { withdraws = true, at_hold = true },
  pin = { same_rev = true },
  unpin = { same_rev = true },
  feed = { feed = true },
}
local HEX = '[%da-f]'
local SHA_1 = '^' .. HEX:rep(40) .. '$'
local UUID_7 = '^' .. HEX:rep(8) .. '%-' .. HEX:rep(4) .. '%-7' .. HEX:rep(3) .. '%-'
  .. HEX:rep(4) .. '%-' .. HEX:rep(12) .. '$'

local TYPES = {
  'zset', 'hash', 'hash', 'hash', 'hash', 'hash', 'zset', 'zset', 'zset', 'hash'
}
local LOG, HEAD, FACTS, STORIES, HELD = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local TEXTS, ORDER, PINNED, IDS, LIKES = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]

-- Lua's own conversion writes large numbers as 1.76e+15.
local function digits(number)
  return string.format('%.0f', number)
end

local function begins_story(bytes, offset)
  return string.sub(bytes, offset + 1, offset + #STORY_KEY) == STORY_KEY
end

-- The request, or nil and what of it is wrong.
local function read_request()
  local readable, asked = pcall(cmsgpack.unpack, ARGV[1])
  if not readable or type(asked) ~= 'table' then return nil, 'not a map' end
  local op = OPS[asked.op]
  if not op then return nil, 'op' end
  if asked.channel ~= 'livefeed:{' .. tostring(asked.feed) .. '}' then return nil, 'channel' end
  if not string.find(tostring(asked.id), UUID_7) then return nil, 'id' end
  if not string.find(tostring(asked.digest), SHA_1) then return nil, 'digest' end
  if type(asked.count) ~= 'number' then return nil, 'count' end
  if type(asked.number) ~= 'number' then return nil, 'number' end
  if (op.new or op.feed) ~= (asked.number == 0 or nil) then return nil, 'number' end
  if asked.redacts and asked.op ~= 'correct' then return nil, 'redacts' end
  if op.carries ~= (asked.story_at and true) then return nil, 'story_at' end
  if op.carries and not begins_story(ARGV[2], asked.story_at) then return nil, 'story_at' end
  if asked.root and not (op.feed and asked.keep) then return nil, 'root' end
  return asked
end

-- Which key has another type than it must have, or nil.
local function key_of_wrong_type()
  for i, name in ipairs(TYPES) do
    local found = redis.call('TYPE', KEYS[i]).ok
    if found ~= name and found ~= 'none' then return KEYS[i] .. ' is a ' .. found end
  end
end

-- An entry's header as a table, or nil where these bytes are no entry.
local function header_of(entry)
  if string.byte(entry) ~= 0xde then return nil end
  -- The values begin behind the map's header of 3 bytes.
  local values = { pcall(cmsgpack.unpack_limit, entry, HEADER_VALUES, 3) }
  local named = {}
  if not values[1] then return nil end
  for i = 3, HEADER_VALUES + 1, 2 do named[values[i] or ''] = values[i + 1] end
  if type(named.seq) ~= 'number' or type(named.at) ~= 'number' then return nil end
  return named
end

local function entry_at(seq)
  return redis.call('ZRANGE', LOG, digits(seq), digits(seq), 'BYSCORE')[1]
end

-- What was appended under this id, or nil.
local function earlier(id)
  local first, behind = '[' .. id .. ' ', '(' .. id .. '!'
  local member = redis.call('ZRANGE', IDS, first, behind, 'BYLEX', 'LIMIT', 0, 1)[1]
  if not member then return nil end
  local form = '^%S+ (%d+) (%x+) (%d+) (%d+) (%x+)$'
  local seq, tag, number, rev, digest = string.match(member, form)
  if not seq then return { damaged = true } end
  local entry = entry_at(tonumber(seq))
  local header = entry and header_of(entry)
  local at = header and digits(header.at) or ''
  return { seq = seq, tag = tag, at = at, number = number, rev = rev, digest = digest }
end

-- What `head` says, or nil where it is lost, or false where it is damaged.
local function said_head()
  local seq, tag, at = unpack(redis.call('HMGET', HEAD, 'seq', 'tag', 'at'))
  if not seq and not tag and not at then return nil end
  local head = { seq = tonumber(seq), tag = tag, at = tonumber(at) }
  if head.seq and head.tag and head.at then return head end
  return false
end

-- What the log's last entry says, or nil where there is none, or false where it is none of ours.
local function logged_head(feed)
  local last = redis.call('ZRANGE', LOG, -1, -1, 'WITHSCORES')
  if not last[1] then return nil end
  local header = header_of(last[1])
  if header and header.feed == feed and header.seq == tonumber(last[2]) then return header end
  return false
end

-- The newest entry's place: the later of what `head` and the log say, since either may be lost.
-- Before the first entry it is 0. Else nil and why this is no log to append to.
local function read_head(feed, root)
  local said, logged = said_head(), logged_head(feed)
  if said == false then return nil, HEAD .. ' is damaged' end
  if logged == false then return nil, LOG .. ' ends with bytes that are no entry of this feed' end
  if said and logged then
    local later = said.seq > logged.seq and said or logged
    return { seq = later.seq, tag = later.tag, at = math.max(said.at, logged.at) }
  end
  if said or logged then return said or logged end
  -- Stories without a log: numbers would be given twice, so nothing can be appended.
  if root or redis.call('EXISTS', ORDER, STORIES) > 0 then return nil, 'head and log are gone' end
  return { seq = 0, at = 0 }
end

-- ms since 1970 in the head of a UUIDv7.
local function time_of(id)
  return tonumber(string.sub(id, 1, 8) .. string.sub(id, 10, 13), 16)
end

-- The least string that a UUIDv7 of this time can begin with.
local function id_prefix(ms)
  return string.format('%08x-%04x', math.floor(ms / 65536), ms % 65536)
end

-- `3;1:137;2:139` as { rev = 3, places = { { seq = 1, at = 137 }, … } }, or nil.
local function parse_texts(text)
  local rev = text and string.match(text, '^%d+')
  if not rev then return nil end
  local places = {}
  for seq, at in string.gmatch(text, ';(%d+):(%d+)') do
    places[#places + 1] = { seq = tonumber(seq), at = tonumber(at) }
  end
  return { rev = tonumber(rev), places = places }
end

local function written_texts(rev, places)
  local words = { digits(rev) }
  for _, place in ipairs(places) do
    words[#words + 1] = digits(place.seq) .. ':' .. digits(place.at)
  end
  return table.concat(words, ';')
end

-- The story as it stands, or nil and why the keys are damaged.
local function read_story(number)
  local entry = redis.call('HGET', STORIES, number)
  if not entry then return nil end
  local header = header_of(entry)
  local texts = parse_texts(redis.call('HGET', TEXTS, number))
  if not header or not texts then
    return nil, 'stories or texts are damaged at story ' .. number
  end
  return { entry = entry, op = header.op, rev = texts.rev, places = texts.places }
end

-- A story's earlier entries without their text, as { seq, entry }; nil where the places
-- that `texts` names hold no story. Nothing is decoded: `story` is the last pair.
local function cut_texts(places)
  local cut = {}
  for _, place in ipairs(places) do
    local entry = entry_at(place.seq)
    if entry then
      if not begins_story(entry, place.at) then return nil end
      local shorter = string.sub(entry, 1, place.at) .. WITHDRAWN_PAIR
      cut[#cut + 1] = { seq = place.seq, entry = shorter }
    end
  end
  return cut
end

local function packed_header(asked, e)
  local count = 7 + asked.count
  return string.char(0xde, math.floor(count / 256), count % 256)
    .. cmsgpack.pack('v', 1, 'feed', asked.feed, 'seq', e.seq, 'tag', e.tag, 'at', e.at)
    .. cmsgpack.pack('number', e.number, 'rev', e.rev)
end

local function tag_of(before, e)
  local numbers = { digits(e.seq), digits(e.at), digits(e.number), digits(e.rev) }
  return string.sub(redis.sha1hex(before .. table.concat(numbers, '.') .. '.' .. ARGV[2]), 1, 8)
end

-- The list of writes, and the function that notes one.
local function writes_list()
  local writes = {}
  return writes, function(...) writes[#writes + 1] = { ... } end
end

local function plan_log(write, asked, e, cut, keep)
  for _, place in ipairs(cut) do
    write('ZREMRANGEBYSCORE', LOG, digits(place.seq), digits(place.seq))
    write('ZADD', LOG, digits(place.seq), place.entry)
  end
  write('ZADD', LOG, digits(e.seq), e.bytes)
  write('ZREMRANGEBYSCORE', LOG, '-inf', digits(e.seq - keep))
  write('HSET', HEAD, 'seq', digits(e.seq), 'tag', e.tag, 'at', digits(e.at))
  local member = { asked.id, digits(e.seq), e.tag, digits(e.number), digits(e.rev), asked.digest }
  write('ZADD', IDS, 0, table.concat(member, ' '))
  write('ZREMRANGEBYLEX', IDS, '-', '(' .. id_prefix(e.at - ID_LIFETIME))
end

local function plan_facts(write, asked)
  if asked.root then write('HSET', FACTS, 'root', asked.root, 'keep', digits(asked.keep)) end
  for name, value in pairs(asked.facts or {}) do write('HSET', FACTS, name, value) end
end

local function plan_pin(write, asked, e)
  if asked.op == 'pin' then
    write('ZADD', PINNED, digits(e.seq), digits(e.number))
  else
    write('ZREM', PINNED, digits(e.number))
  end
end

-- Where the story's texts lie in the log after this entry.
local function places_after(asked, e, story, withdraws, keep)
  local places = {}
  for _, place in ipairs(story and not withdraws and story.places or {}) do
    if place.seq > e.seq - keep then places[#places + 1] = place end
  end
  if asked.story_at then
    places[#places + 1] = { seq = e.seq, at = #e.bytes - #ARGV[2] + asked.story_at }
  end
  return places
end

local function plan_story(write, asked, e, story, withdraws, keep)
  local number = digits(e.number)
  if asked.op == 'hold' then write('HSET', HELD, number, story.entry) end
  if asked.op == 'release' then write('HDEL', HELD, number) end
  if OPS[asked.op].withdraws then write('ZREM', PINNED, number) end
  write('HSET', STORIES, number, e.bytes)
  local places = places_after(asked, e, story, withdraws, keep)
  write('HSET', TEXTS, number, written_texts(e.rev, places))
end

local function plan_new_story(write, asked, e, keep)
  write('ZADD', ORDER, digits(e.seq), digits(e.number))
  local surplus = redis.call('ZCARD', ORDER) + 1 - keep
  if surplus <= 0 then return end
  for _, old in ipairs(redis.call('ZRANGE', ORDER, 0, surplus - 1)) do
    for _, key in ipairs({ STORIES, HELD, TEXTS, LIKES }) do write('HDEL', key, old) end
    for _, key in ipairs({ ORDER, PINNED }) do write('ZREM', key, old) end
    write('DEL', asked.channel .. ':liked:' .. old)
  end
end

-- The writes of the append, in order.
local function plan(asked, e, story, cut, keep)
  local op = OPS[asked.op]
  local withdraws = op.withdraws or asked.redacts
  local writes, write = writes_list()
  -- One that frees memory stands first: after it a full Redis takes the rest of a withdrawal too.
  if withdraws then write('HDEL', HELD, digits(e.number)) end
  plan_log(write, asked, e, cut, keep)
  if op.feed then
    plan_facts(write, asked)
  elseif op.same_rev then
    plan_pin(write, asked, e)
  else
    plan_story(write, asked, e, story, withdraws, keep)
    if op.new then plan_new_story(write, asked, e, keep) end
  end
  write('PUBLISH', asked.channel, e.bytes)
  return writes
end

-- The command that this user may not give, or nil.
local function forbidden(writes)
  for _, command in ipairs(writes) do
    if not redis.acl_check_cmd(unpack(command)) then return command[1] end
  end
end

-- The answer to an id that was used before, or nil.
local function answer_of_id(asked)
  local before = earlier(asked.id)
  if not before then return nil end
  if before.damaged then return { 'unusable', IDS .. ' has a member of another form' } end
  if before.digest ~= asked.digest then
    return { 'id-reused', before.seq, before.number, before.rev }
  end
  return { 'repeated', before.seq, before.tag, before.at, before.number, before.rev }
end

-- How many entries and stories the feed keeps, and its root; or nil and the answer.
local function read_feed(asked)
  local root, keep = unpack(redis.call('HMGET', FACTS, 'root', 'keep'))
  if root and asked.root then return nil, { 'feed-exists' } end
  if not root and not asked.root then return nil, { 'unknown-feed' } end
  keep = root and tonumber(keep) or asked.keep
  if not keep or keep < 1 then return nil, { 'unusable', FACTS .. ' has no keep' } end
  return keep, root
end

-- The story that is to change; or nil and the answer to a change that it does not take.
local function judge_story(asked)
  local op = OPS[asked.op]
  local story, damage = read_story(digits(asked.number))
  if damage then return nil, { 'unusable', damage } end
  if not story then return nil, { 'unknown-story' } end
  local held = story.op == 'hold'
  local takes = story.op ~= 'kill' and (held and op.at_hold or not held and not op.only_at_hold)
  if not takes then return nil, { 'state', story.entry } end
  if asked.if_rev and asked.if_rev ~= story.rev then
    return nil, { 'revision', digits(story.rev), story.entry }
  end
  return story
end

-- When and where the entry comes, or nil and the answer.
local function place_of(asked, head)
  local clock = redis.call('TIME')
  local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
  local e = { seq = head.seq + 1, at = math.max(now, head.at) }
  if time_of(asked.id) < e.at - ID_LIFETIME then return nil, { 'id-expired', digits(e.at) } end
  return e
end

-- The entry, complete with number, rev, tag and bytes.
local function complete(asked, e, story, tag_before)
  local op = OPS[asked.op]
  e.number = op.new and e.seq or asked.number
  e.rev = op.new and 1 or op.feed and 0 or op.same_rev and story.rev or story.rev + 1
  e.tag = tag_of(tag_before, e)
  e.bytes = packed_header(asked, e) .. ARGV[2]
  return e
end

local function append()
  local asked, wrong = read_request()
  if not asked then return { 'malformed', wrong } end
  if not redis.acl_check_cmd then return { 'unusable', 'Redis is older than version 7' } end
  wrong = key_of_wrong_type()
  if wrong then return { 'unusable', wrong } end
  -- The id before anything else: a retry gets the first answer, whatever happened since.
  local refusal = answer_of_id(asked)
  if refusal then return refusal end

  local keep, root = read_feed(asked)
  if not keep then return root end
  local head, e, story
  head, wrong = read_head(asked.feed, root)
  if not head then return { 'unusable', wrong } end
  e, refusal = place_of(asked, head)
  if not e then return refusal end
  if asked.number > 0 then
    story, refusal = judge_story(asked)
    if not story then return refusal end
  end
  local withdraws = OPS[asked.op].withdraws or asked.redacts
  local cut = withdraws and cut_texts(story.places) or not withdraws and {}
  if not cut then return { 'unusable', TEXTS .. ' does not fit the log' } end
  complete(asked, e, story, head.tag or asked.root)
  if #e.bytes > LARGEST_ENTRY then return { 'malformed', 'too large' } end

  local writes = plan(asked, e, story, cut, keep)
  wrong = forbidden(writes)
  if wrong then return { 'not-permitted', wrong } end
  for _, command in ipairs(writes) do redis.call(unpack(command)) end
  return { 'appended', digits(e.seq), e.tag, digits(e.at), digits(e.number), digits(e.rev) }
end

return append()
