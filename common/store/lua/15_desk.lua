-- What desks look at: lists that follow conversations and deliveries as they are saved, numbers that follow the log,
-- mentions, and who is looking. None of it decides anything.

G.follow = {}

-- Answers that wait for something or somebody. Those on their way and those at their end are none.
local waits = {pending_approval = true, held = true, retry = true, unconfirmed = true, failed = true}

function G.ranked(tx, key, id, was, is)
    if was == is then return end
    if is then
        G.zadd(tx, key, is, id, was or nil)
    else
        G.zrem(tx, key, id, was)
    end
end

-- ds:<state>, by when they were written. A record may be saved twice in one call: what was listed is kept with it.
G.follow['o:'] = function(tx, o)
    local was = o.listed
    if was == nil then was = waits[o.old.st] and o.old.st or false end
    local is = waits[G.get(o, 'st')] and G.get(o, 'st') or false
    o.listed = is
    if was == is then return end
    local at = G.get(o, 'cr')
    if was then G.zrem(tx, tx.w .. 'ds:' .. was, o.id, at) end
    if is then G.zadd(tx, tx.w .. 'ds:' .. is, at, o.id) end
end

-- When an answer is due that no queue shows: of what is owned, reserved or waits aside.
local function due_elsewhere(state, queue, due)
    if due == '' then return false end
    if state == 'owned' then return due end
    if state == 'waiting' and (queue == '' or string.sub(queue, 1, 1) == '@') then return due end
    return false
end

-- When the customer last wrote in private to whom the brand owes a word: where the platform closes a window, it counts from then.
local function wrote(state, visibility, last)
    if visibility ~= 'private' or last == '' or state == 'resolved' or state == 'pending' then return false end
    return last
end

-- od, by when it is due; lc:<channel>, by when he wrote.
G.follow['c:'] = function(tx, c)
    local due, said, old, get = c.due, c.said, c.old, G.get
    if due == nil then
        local state = old.st or ''
        due, said = due_elsewhere(state, old.q or '', old.due or ''), wrote(state, old.vis or '', old.lc or '')
    end
    local state = get(c, 'st')
    c.due, c.said = due_elsewhere(state, get(c, 'q'), get(c, 'due')), wrote(state, get(c, 'vis'), get(c, 'lc'))
    if due ~= c.due then G.ranked(tx, tx.w .. 'od', c.id, due, c.due) end
    if said ~= c.said then G.ranked(tx, tx.w .. 'lc:' .. get(c, 'ch'), c.id, said, c.said) end
end

local counted = {['conversation.created'] = 'received', ['message.received'] = 'received', ['conversation.claimed'] = 'claimed',
    ['delivery.sent'] = 'sent', ['conversation.resolved'] = 'resolved', ['delivery.failed'] = 'failed'}

-- What is counted for the first time may be the first of its minute.
local function passing(count, command)
    if count == tonumber(command[4]) then call('PEXPIRE', command[2], 7200000) end
end

local minute, minute_text
function G.minute_of(now)
    local this = math.floor(now / 60000)
    if this ~= minute then minute, minute_text = this, G.int(this) end
    return minute_text
end

-- mi:<minute>: what happened in it, two hours kept; la: each agent's last action.
function G.tally(tx, kind, c, actor)
    local what = counted[kind]
    if what then
        local key = tx.w .. 'mi:' .. G.minute_of(tx.now)
        local field = what .. '|' .. G.get(c, 'tm') .. '|' .. G.get(c, 'ch') .. '|' .. G.get(c, 'vis')
        G.count(tx, key, field, passing)
    end
    if actor ~= '' and tx.by == actor then
        local key = tx.w .. 'la'
        local old = call('HGET', key, actor)
        G.stage(tx, {'HSET', key, actor, tx.at .. '|' .. kind .. '|' .. c.id},
            old and {'HSET', key, actor, old} or {'HDEL', key, actor})
    end
end

-- mn:<agent>: the notes that name him, "conversation|seq" by when, 200 at most; mu:<agent>: those that he has not read.
function G.mention(tx, c, seq, names)
    for agent in string.gmatch(names, '[^,]+') do
        local all, unread, note = tx.w .. 'mn:' .. agent, tx.w .. 'mu:' .. agent, c.id .. '|' .. seq
        if call('ZCARD', all) >= 200 then
            local oldest = call('ZRANGE', all, 0, 0, 'WITHSCORES')
            G.zrem(tx, all, oldest[1], oldest[2])
            local kept = call('ZSCORE', unread, oldest[1])
            if kept then G.zrem(tx, unread, oldest[1], kept) end
        end
        G.zadd(tx, all, tx.at, note)
        G.zadd(tx, unread, tx.at, note)
    end
end

-- args: ws, actor, request, scope, conversation ('' : all) -> how many are still unread
function G.read_mentions(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local key = tx.w .. 'mu:' .. args[2]
    local unread = call('ZRANGE', key, 0, -1, 'WITHSCORES')
    local left = 0
    for i = 1, #unread, 2 do
        if args[5] == '' or string.match(unread[i], '^([^|]*)|') == args[5] then
            G.zrem(tx, key, unread[i], unread[i + 1])
        else
            left = left + 1
        end
    end
    return G.done(tx, G.ok(G.int(left)))
end

-- vw:<conversation>: who is there, "until|attention|when it was last told|what was told"; twenty at most. Others are told by an event
-- when it is something else than they know, the next one half a second later at the soonest; that he is gone, at once.
-- args: ws, actor, request (unused), scope, conversation, attention (looking writing gone), life ms -> until, then agent, attention…
function G.attend(keys, args)
    local tx = G.open(keys, args)
    local c, refusal = G.conversation(tx, args[5], args[4])
    if not c then return refusal end
    local key = tx.w .. 'vw:' .. c.id
    local there = call('HGETALL', key)
    local others, known, told_at, told = {}, nil, '0', 'gone'
    for i = 1, #there, 2 do
        local until_, attention, at, what = string.match(there[i + 1], '^(%d+)|(%a+)|?(%d*)|?(%a*)$')
        local ended = tonumber(until_) <= tx.now
        if there[i] == args[2] then
            known = there[i + 1]
            if at ~= '' then told_at, told = at, ended and 'gone' or what end
        elseif ended then
            if tonumber(until_) + 500 <= tx.now then
                G.stage(tx, {'HDEL', key, there[i]}, {'HSET', key, there[i], there[i + 1]})
            end
        else
            others[#others + 1] = there[i]
            others[#others + 1] = attention
        end
    end
    local until_ = G.int(tx.now + tonumber(args[7]))
    local undo = known and {'HSET', key, args[2], known} or {'HDEL', key, args[2]}
    if known or (args[6] ~= 'gone' and #others < 40) then
        if args[6] ~= told and (args[6] == 'gone' or tx.now - tonumber(told_at) >= 500) then
            G.event(tx, 'conversation.attended', c, args[2], {detail = args[6]})
            told_at, told = tx.at, args[6]
        end
        local ends = args[6] == 'gone' and tx.at or until_
        G.stage(tx, {'HSET', key, args[2], ends .. '|' .. args[6] .. '|' .. told_at .. '|' .. told}, undo)
        G.stage(tx, {'PEXPIRE', key, 600000})
    end
    G.commit(tx)
    return G.ok(until_, unpack(others))
end
