-- What is read of one conversation, as it is at one moment and in one call: while others write, each call waits for the
-- disk.

-- Adds to `answer`: count of fields, field, value, …, the person his contact is part of, the actor's draft, seq of the
-- first message, messages…  `fields`: those of the conversation `id`, flat.
function G.see(answer, w, id, fields, actor, before, most)
    answer[#answer + 1] = G.int(#fields / 2)
    local contact = ''
    for i = 1, #fields do
        answer[#answer + 1] = fields[i]
        if i % 2 == 1 and fields[i] == 'ct' then contact = fields[i + 1] end
    end
    answer[#answer + 1] = contact ~= '' and G.root({w = w}, contact) or ''
    answer[#answer + 1] = call('HGET', w .. 'dr:' .. id, actor) or ''
    local last = most > 0 and call('LLEN', w .. 'm:' .. id) or 0
    if before > 0 and before <= last then last = before - 1 end
    local first = math.max(1, last - most + 1)
    answer[#answer + 1] = G.int(first)
    if last < first then return answer end
    for _, message in ipairs(call('LRANGE', w .. 'm:' .. id, first - 1, last - 1)) do
        answer[#answer + 1] = message
    end
    return answer
end

-- Writes nothing. args: ws, actor, conversation, before seq (0: after the newest), most messages (0: none)
-- -> what G.see adds
function G.view(keys, args)
    local w = keys[1] .. args[1] .. ':'
    local fields = call('HGETALL', w .. 'c:' .. args[3])
    if #fields == 0 then return G.ok('0') end
    return G.see({'ok'}, w, args[3], fields, args[2], tonumber(args[4]), tonumber(args[5]))
end

-- The answer of a call that shows its conversation: `answer` with what G.see adds. What is kept of the call for the same
-- request has no customer's words in it, so it is `answer` as it was. `most`: messages; nil or '' from callers that read
-- the conversation by themselves.
function G.showing(answer, w, id, fields, actor, most)
    if not most or most == '' then return answer end
    return G.see({unpack(answer)}, w, id, fields, actor, 0, tonumber(most))
end

-- The same for a request that comes again, with the conversation as it is now. `before`: what it was answered first, which
-- names the conversation; or a refusal.
function G.showing_again(before, keys, args, most)
    if before[1] ~= 'ok' or not most or most == '' then return before end
    local w, id = keys[1] .. args[1] .. ':', before[2]
    local fields = call('HGETALL', w .. 'c:' .. id)
    if #fields == 0 then return before end
    return G.showing(before, w, id, fields, args[2], most)
end

-- Whether a member stands behind another of the same score: by bytes, as Redis sorts them, not as its locale would.
local function behind(member, other)
    for i = 1, math.min(#member, #other) do
        local a, b = string.byte(member, i), string.byte(other, i)
        if a ~= b then return a > b end
    end
    return #member > #other
end

-- How many of a queue come up to `id`, due at `due`, wherever that is now. Outside business hours a hundred thousand are due at
-- one moment, so they are not counted one by one.
local function up_to(key, due, id)
    local rank = call('ZRANK', key, id)
    if rank and tonumber(call('ZSCORE', key, id)) == tonumber(due) then return rank + 1 end
    local low, high = call('ZCOUNT', key, '-inf', '(' .. due), call('ZCOUNT', key, '-inf', due)
    while low < high do
        local middle = math.floor((low + high) / 2)
        if behind(call('ZRANGE', key, middle, middle)[1], id) then high = middle else low = middle + 1 end
    end
    return low
end

-- Writes nothing. What waits behind a place. args: ws, due and conversation of that place, most of each queue, the queues
-- -> conversation, due, … of each queue in order
function G.waiting(keys, args)
    local w, most, answer = keys[1] .. args[1] .. ':', tonumber(args[4]), {'ok'}
    for i = 5, #args do
        local key = w .. 'q:' .. args[i]
        local first = up_to(key, args[2], args[3])
        for _, text in ipairs(call('ZRANGE', key, first, first + most - 1, 'WITHSCORES')) do answer[#answer + 1] = text end
    end
    return answer
end
