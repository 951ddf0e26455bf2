"""What Redis does in one step, as Lua. Each script has one key, tells time by Redis' own clock, and writes it down in whole
microseconds: Lua prints a number with 14 digits unless it is told otherwise, and a microsecond of today has 16.

All of it needs Redis 5 or later (a script may write after it asked for the time).
"""

from __future__ import annotations

_NOW = "local t = redis.call('TIME') local now = t[1] * 1000000 + t[2]\n"
_WHOLE = "local function whole(n) return string.format('%.0f', n) end\n"

#: ARGV: microseconds a token, burst, count. Gives the microseconds to wait. The key holds when the bucket is full again.
TAKE = (
    _NOW
    + _WHOLE
    + """
local room = ARGV[1] * ARGV[2]
local full_at = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now), now + room)
local after = full_at + ARGV[1] * ARGV[3]
local wait = after - room - now
if wait > 1 then return math.ceil(wait) end
redis.call('SET', KEYS[1], whole(after), 'PX', math.ceil((after - now) / 1000) + 1)
return 0
"""
)

#: ARGV: most, microseconds of the window. Gives the microseconds to wait. The key lists the latest attempts.
ATTEMPT = (
    _NOW
    + _WHOLE
    + """
local most, within = tonumber(ARGV[1]), tonumber(ARGV[2])
local first = redis.call('LINDEX', KEYS[1], -most)
if first then
  local wait = math.min(first + within - now, within)
  if wait > 0 then return wait end
end
redis.call('RPUSH', KEYS[1], whole(now))
redis.call('LTRIM', KEYS[1], -most, -1)
redis.call('PEXPIRE', KEYS[1], math.ceil(within / 1000) + 1)
return 0
"""
)

#: ARGV: hash of the code, guesses, milliseconds that it is good for.
ISSUE = """
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'guesses', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

#: ARGV: hash of the code. Gives 1 for the right one, once.
REDEEM = """
local code = redis.call('HGET', KEYS[1], 'code')
if not code then return 0 end
local left = redis.call('HINCRBY', KEYS[1], 'guesses', -1)
local right = code == ARGV[1]
if right or left <= 0 then redis.call('DEL', KEYS[1]) end
return right and 1 or 0
"""

#: ARGV: opens after so many, first and longest rest in microseconds, milliseconds until it is forgotten.
FAIL = (
    _NOW
    + _WHOLE
    + """
local until_ = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if now < until_ then return 0 end
local over = redis.call('HINCRBY', KEYS[1], 'failures', 1) - ARGV[1]
if over >= 0 then
  local rest = math.min(tonumber(ARGV[3]), ARGV[2] * 2 ^ math.min(over, 16))
  redis.call('HSET', KEYS[1], 'until', whole(now + rest))
  redis.call('HDEL', KEYS[1], 'trier', 'trial')
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0
"""
)

#: ARGV: who asks, microseconds of a trial, microseconds until it is worth asking again. Gives the microseconds to rest.
REST = (
    _NOW
    + _WHOLE
    + """
local open = redis.call('HMGET', KEYS[1], 'until', 'trier', 'trial')
if not open[1] then return 0 end
if now < tonumber(open[1]) then return open[1] - now end
if open[2] and open[2] ~= ARGV[1] and now < tonumber(open[3]) then
  return math.min(open[3] - now, tonumber(ARGV[3]))
end
redis.call('HSET', KEYS[1], 'trier', ARGV[1], 'trial', whole(now + ARGV[2]))
return 0
"""
)

#: ARGV: microseconds of the pause, first and longest gap in seconds. Gives the gap (text) and microseconds of pause.
SLOW_DOWN = (
    _NOW
    + _WHOLE
    + """
local known = redis.call('HMGET', KEYS[1], 'gap', 'until')
local gap, until_ = tonumber(known[1] or 0), tonumber(known[2] or 0)
if now >= until_ then gap = math.min(tonumber(ARGV[3]), math.max(tonumber(ARGV[2]), gap * 2)) end
until_ = math.max(until_, now + ARGV[1])
redis.call('HSET', KEYS[1], 'gap', tostring(gap), 'until', whole(until_))
redis.call('PEXPIRE', KEYS[1], math.ceil((until_ - now) / 1000) + 3600000)
return {tostring(gap), until_ - now}
"""
)

#: ARGV: what is left of the gap (a factor), the smallest gap in seconds. Gives the gap (text) and microseconds of pause.
EASE = (
    _NOW
    + """
local known = redis.call('HMGET', KEYS[1], 'gap', 'until')
if not known[1] then return {'0', 0} end
local gap, pause = known[1] * ARGV[1], math.max(0, known[2] - now)
if gap <= tonumber(ARGV[2]) then
  gap = 0
  if pause == 0 then redis.call('DEL', KEYS[1]) return {'0', 0} end
end
if ARGV[1] ~= '1.0' then redis.call('HSET', KEYS[1], 'gap', tostring(gap)) end
return {tostring(gap), pause}
"""
)
