#!lua name=guichet_streams_1
-- Who reads which partition. One hash for each service:
--   m:<member>     until when the member counts as alive
--   p:<partition>  "<fence> <until> <holder>"; the fence grows with every new holder and never shrinks
-- Times are milliseconds of Redis's own clock. All functions are allow-oom: a full Redis must still be drained.

local L = {}

function L.int(number) return string.format('%.0f', number) end

function L.now()
    local t = redis.call('TIME')
    return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- fence, until, holder ('' when free) of a lease's text; the holder of a lease that has run out is told too.
function L.parse(text)
    if not text then return 0, 0, '' end
    local fence, till, holder = string.match(text, '^(%d+) (%d+) (.*)$')
    return tonumber(fence), tonumber(till), holder
end

function L.put(key, partition, fence, till, holder)
    redis.call('HSET', key, 'p:' .. partition, L.int(fence) .. ' ' .. L.int(till) .. ' ' .. holder)
end

-- args: member, ttl. Says that the member lives, renews what it holds (a lease that ran out and that nobody has
-- taken goes on), and tells how things stand:
-- {"ok", "m", member, ..., "p", partition, holder, fence, milliseconds left, ...}; a free lease has holder ''.
function L.beat(keys, args)
    local key, me, now = keys[1], args[1], L.now()
    local till = now + tonumber(args[2])
    redis.call('HSET', key, 'm:' .. me, L.int(till))
    local all = redis.call('HGETALL', key)
    local out = {'ok'}
    for i = 1, #all, 2 do
        local kind, name = string.sub(all[i], 1, 2), string.sub(all[i], 3)
        if kind == 'm:' then
            if tonumber(all[i + 1]) > now then
                out[#out + 1] = 'm'
                out[#out + 1] = name
            else
                redis.call('HDEL', key, all[i])
            end
        elseif kind == 'p:' then
            local fence, lease_till, holder = L.parse(all[i + 1])
            if holder == me then
                L.put(key, name, fence, till, me)
                lease_till = till
            elseif lease_till <= now then
                holder = ''
            end
            for _, value in ipairs({'p', name, holder, L.int(fence), L.int(math.max(0, lease_till - now))}) do
                out[#out + 1] = value
            end
        end
    end
    return out
end

-- args: member, ttl, partition... Takes those that are free; {"ok", partition, fence, ...} of the ones it got.
function L.acquire(keys, args)
    local key, me, now = keys[1], args[1], L.now()
    local till = now + tonumber(args[2])
    local out = {'ok'}
    for i = 3, #args do
        local fence, lease_till, holder = L.parse(redis.call('HGET', key, 'p:' .. args[i]))
        if holder == '' or lease_till <= now then
            L.put(key, args[i], fence + 1, till, me)
            out[#out + 1] = args[i]
            out[#out + 1] = L.int(fence + 1)
        end
    end
    return out
end

-- args: member, partition... Gives back those that the member holds.
function L.release(keys, args)
    for i = 2, #args do
        local fence, _, holder = L.parse(redis.call('HGET', keys[1], 'p:' .. args[i]))
        if holder == args[1] then L.put(keys[1], args[i], fence, 0, '') end
    end
    return {'ok'}
end

-- args: member. Gives back everything; the member is gone.
function L.leave(keys, args)
    redis.call('HDEL', keys[1], 'm:' .. args[1])
    local all = redis.call('HGETALL', keys[1])
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 2) == 'p:' then
            local fence, _, holder = L.parse(all[i + 1])
            if holder == args[1] then L.put(keys[1], string.sub(all[i], 3), fence, 0, '') end
        end
    end
    return {'ok'}
end

-- Nothing but redis.register_function may be called while the library loads.
redis.register_function{function_name = 'gs1_beat', callback = L.beat, flags = {'allow-oom'}}
redis.register_function{function_name = 'gs1_acquire', callback = L.acquire, flags = {'allow-oom'}}
redis.register_function{function_name = 'gs1_release', callback = L.release, flags = {'allow-oom'}}
redis.register_function{function_name = 'gs1_leave', callback = L.leave, flags = {'allow-oom'}}
