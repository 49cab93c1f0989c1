-- Count a like: once for each token, so that nobody likes a story twice and nobody is identified.
--
-- A HyperLogLog holds the tokens: about 12 KiB for any number of them, and some 1 % off beyond the
-- first hundreds. Types and rights are checked first; after the first write nothing can fail.
--
-- KEYS   1 stories  2 likes  3 liked:<number>  (livefeed.redis_log.keys)
-- ARGV   1 the story's number  2 the token
-- Result an array of strings: counted count | unknown-story | not-permitted command |
--        unusable reason

local STORIES, LIKES, LIKED = KEYS[1], KEYS[2], KEYS[3]
local NUMBER, TOKEN = ARGV[1], ARGV[2]
local TYPES = { [STORIES] = 'hash', [LIKES] = 'hash', [LIKED] = 'string' }

for key, name in pairs(TYPES) do
  local found = redis.call('TYPE', key).ok
  if found ~= name and found ~= 'none' then return { 'unusable', key .. ' is a ' .. found } end
end
if redis.call('HEXISTS', STORIES, NUMBER) == 0 then return { 'unknown-story' } end
for _, write in ipairs({
  { 'PFADD', LIKED, TOKEN }, { 'PFCOUNT', LIKED },
  { 'HSET', LIKES, NUMBER, 1 }, { 'HINCRBY', LIKES, 'changes', 1 },
}) do
  if not redis.acl_check_cmd(unpack(write)) then return { 'not-permitted', write[1] } end
end
local before = tonumber(redis.call('HGET', LIKES, NUMBER) or 0)
if not before then return { 'unusable', LIKES .. ' has a count that is no number' } end

redis.call('PFADD', LIKED, TOKEN)
local count = redis.call('PFCOUNT', LIKED)
if count > before then
  redis.call('HSET', LIKES, NUMBER, count)
  redis.call('HINCRBY', LIKES, 'changes', 1)
end
return { 'counted', tostring(math.max(count, before)) }
